export function NewNetworkPage() { return null; }
