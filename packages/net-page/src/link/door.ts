/** Exchanges a secret for a session, by which the page may read; and says in words why that did not work. */

export type DoorAnswer =
  | { readonly kind: 'open'; readonly session: string }
  /** It was refused: another secret is needed. */
  | { readonly kind: 'locked'; readonly text: string }
  /** It may work later. `afterMs` is when, where the daemon says so. */
  | { readonly kind: 'later'; readonly text: string; readonly afterMs?: number }

const HOW = 'Run "dchat-cli net.page" on its machine and open the address that it prints, or enter a token that may read.'

/** @param secret a ticket, a token, or the secret of a session, which stays what it is */
export async function openDoor(secret: string, fetcher: typeof fetch = fetch): Promise<DoorAnswer> {
  // No header can hold anything else, and no secret does.
  if (!/^[\x21-\x7e]{1,256}$/u.test(secret)) return { kind: 'locked', text: `This is no token. ${HOW}` }
  let answer: Response
  try {
    answer = await fetcher('/net', {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      credentials: 'omit',
      redirect: 'error',
    })
  } catch {
    return { kind: 'later', text: 'The daemon does not answer: it was stopped, or the way to it is closed.' }
  }
  if (answer.ok) return await readSession(answer)
  if (answer.status === 401) return { kind: 'locked', text: `It is a wrong secret, or one that has ended. ${HOW}` }
  if (answer.status === 403) return { kind: 'locked', text: `The daemon lets no page of this address in. ${HOW}` }
  if (answer.status !== 429) return { kind: 'later', text: `The daemon answers with HTTP status ${answer.status}.` }
  const afterMs = 1_000 * Number(answer.headers.get('retry-after') ?? '5')
  return { kind: 'later', text: 'The daemon is asked too often, or has no place for another connection.', afterMs }
}

/** What to say to who comes without a secret. */
export const NO_SECRET: string = `The daemon tells what is here to who may read it. ${HOW}`

async function readSession(answer: Response): Promise<DoorAnswer> {
  const { session } = (await answer.json().catch(() => ({}))) as { session?: unknown }
  if (typeof session === 'string') return { kind: 'open', session }
  return { kind: 'later', text: 'What answers here is no dchatd of this version.' }
}
