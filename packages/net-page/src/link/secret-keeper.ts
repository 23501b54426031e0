/** The secret of the page: from the address when it is opened, then that of the session for as long as the window is there. */

const KEY = 'dchat.session'

/** What of a browser it touches. */
export interface KeeperDeps {
  readonly location: Pick<Location, 'hash' | 'pathname'>
  readonly history: Pick<History, 'replaceState'>
  /** Of this window alone; others and later ones do not see it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

/** Takes the ticket out of the address, at once: it is to be seen by nobody, and is not read twice. */
export function takeSecret({ location, history, storage }: KeeperDeps): string | undefined {
  const ticket = location.hash.slice(1)
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  return ticket === '' ? (storage.getItem(KEY) ?? undefined) : ticket
}

/** Only sessions are kept, never what was entered. */
export function keepSession(session: string, { storage }: Pick<KeeperDeps, 'storage'>): void {
  storage.setItem(KEY, session)
}

export function forgetSession({ storage }: Pick<KeeperDeps, 'storage'>): void {
  storage.removeItem(KEY)
}
