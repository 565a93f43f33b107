// What the tools say, in English or Chinese by locale, and how they give up.
const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');

/** One line about what is being done; on stderr, so that the output of a command stays its own. */
export function tell(english, chineseText) {
  process.stderr.write(`${chinese ? chineseText : english}\n`);
}

/** EX_CONFIG of sysexits.h: this machine is not ready, and the text says what to do about it. */
export const notReady = 78;

export function giveUp(english, chineseText) {
  tell(english, chineseText);
  process.exit(notReady);
}
