import { connect } from 'node:net';

/** Resolves when somebody listens on a Unix socket. */
export async function answering(socket: string): Promise<void> {
  while (!(await accepts(socket))) await new Promise((resolve) => setTimeout(resolve, 15));
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const attempt = connect(socket);
    attempt.once('connect', () => {
      attempt.destroy();
      resolve(true);
    });
    attempt.once('error', () => resolve(false));
  });
}
