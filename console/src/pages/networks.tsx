export function NetworksPage() { return null; }
