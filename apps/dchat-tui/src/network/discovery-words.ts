/** What the search for peers does, in words. */

const DISCOVERY_WORDS: Readonly<Record<string, string>> = {
  off: 'off: there are no outbound slots',
  wait: 'waits',
  sleep: 'sleeps',
  getaddr: 'asks peers for addresses',
  seed: 'asks the seeds',
  newchan: 'looks at a new channel',
}

/** What the search for peers does. */
export function discoveryWords(state: string): string {
  return DISCOVERY_WORDS[state] ?? state
}
