export function GuestsPage() { return null; }
