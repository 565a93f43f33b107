/** What a `lab-agent` can be asked, with its answers. */
export interface AgentCalls {
  listenTcp(args: { port: number }): Promise<void>;
  listenUdp(args: { port: number; addresses: readonly string[] }): Promise<void>;
  listenHttp(args: { port: number }): Promise<void>;
  /** Whether a datagram with this text came in, answered or not. */
  heard(args: { token: string }): Promise<{ yes: boolean }>;
  tcp(args: { to: string; port: number; from?: string; sourcePort?: number; timeoutMs?: number }): Promise<Probe>;
  /** `from` is also the interface for multicast. */
  udp(args: { to: string; port: number; from?: string; sourcePort?: number; token?: string; timeoutMs?: number }): Promise<Probe>;
  resolve(args: {
    server: string;
    name: string;
    type?: 'A' | 'AAAA' | 'PTR' | 'SRV' | 'TXT';
  }): Promise<{ ok: true; records: unknown[] } | Refused>;
  /** Asks on `eth0`; `clientId` is a DUID in hex. */
  dhcp6(args: { clientId: string; timeoutMs?: number }): Promise<{ address?: string }>;
  startFlow(args: { to: string; port: number; everyMs: number }): Promise<{ flow: number }>;
  stopFlow(args: { flow: number }): Promise<{ sent: number; received: number; longestGapMs: number; broken?: string }>;
}

export type Answer<Op extends keyof AgentCalls> = Awaited<ReturnType<AgentCalls[Op]>>;

/** `seen` and `seenPort`: from where the other side saw us come. */
export type Probe = { readonly ok: true; readonly seen: string; readonly seenPort: number; readonly ms: number } | Refused;

/** The system's own code, such as `ECONNREFUSED`, `EHOSTUNREACH` or `ETIMEDOUT`. */
export interface Refused {
  readonly ok: false;
  readonly error: string;
}
