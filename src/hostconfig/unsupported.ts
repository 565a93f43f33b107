/** What a dialect cannot say, or Viaduct will not do to its files; `write` hands the reason on. Never leaves this room. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}
