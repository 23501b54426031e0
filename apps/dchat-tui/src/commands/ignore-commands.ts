/** Not to be shown what somebody says, or what looks like something. */
import { isRpcError } from '@dchat/rpc'
import { MAX_IGNORES } from '../limits.ts'
import { toAuthors } from '../session/ingress.ts'
import { ignoreKey } from '../state/ignores.ts'
import type { Ignore } from '../state/ignores.ts'
import type { ChatState } from '../state/model.ts'
import { messagesOf } from '../state/talk.ts'
import { authorName, peerTag } from '../view/author.ts'
import { durationText } from '../view/time.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { patternIgnore } from './line-pattern.ts'
import { thePerson } from './people.ts'

/** `/ignore WHO|/PATTERN/ [-time 2h]`: a key for good is ignored by the daemon, all else by this client. */
export async function ignore(argument: string, context: CommandContext): Promise<void> {
  const { what, lastsMs } = withTime(argument)
  if (what === '') return await ignores('', context)
  const until = lastsMs === null ? null : context.now() + lastsMs
  const made = await ignoreOf(what, until, context)
  const others = context.state().ignores.filter((known) => ignoreKey(known) !== ignoreKey(made))
  if (others.length >= MAX_IGNORES) throw new BadArgument(`there are ${others.length} already: /unignore one first`)
  if (made.by === 'key' && made.isKeptByDaemon) await context.session.call('chat.ignore', { key: made.key, on: true })
  context.hear({ ignores: [...others, made] })
  context.print(`not shown from now on: ${wordsOf(made, context.now())}; /unignore ${nameOf(made)} shows it again`)
}

/** `/unignore NUMBER|WHO|/PATTERN/` */
export async function unignore(argument: string, context: CommandContext): Promise<void> {
  const list = await listed(context)
  const word = argument.trim()
  const found = list[Number(word) - 1] ?? list.find((known) => nameOf(known) === word || ignoreKey(known).endsWith(` ${word}`))
  if (found === undefined) throw new BadArgument(`${word.slice(0, 40)} is not ignored: /ignores lists what is`)
  if (found.by === 'key' && found.isKeptByDaemon) await context.session.call('chat.ignore', { key: found.key, on: false })
  context.hear({ ignores: list.filter((known) => known !== found) })
  context.print(`shown again: ${wordsOf(found, context.now())}`)
}

/** `/ignores [show|hide]`: lists them; `show` draws the lines they hide, dim no more. */
export async function ignores(argument: string, context: CommandContext): Promise<void> {
  const word = argument.trim().toLowerCase()
  if (word === 'show' || word === 'hide') {
    context.hear({ showsHidden: word === 'show' })
    context.print(word === 'show' ? 'hidden lines are shown; /ignores hide hides them again' : 'what is ignored is hidden')
    return
  }
  if (word !== '') throw new BadArgument('it takes nothing, show or hide')
  const list = await listed(context)
  if (list.length === 0) context.print('nothing is ignored; /ignore WHO or /ignore /PATTERN/ does it')
  else context.print(list.map((known, index) => `${index + 1}  ${wordsOf(known, context.now())}`).join('\n'))
}

/** As the daemon has them now, with what this client ignores. @throws {RpcError | RpcUnreachable} */
async function listed({ session, state, hear }: CommandContext): Promise<readonly Ignore[]> {
  try {
    hear({ ignores: withDaemonKeys(state().ignores, await session.call('chat.ignored', {})) })
  } catch (error) {
    // A daemon that ignores nobody has nothing to add.
    if (!isRpcError(error, 'method_not_found')) throw error
  }
  return state().ignores
}

/** `known` with the keys that the daemon ignores, and no others of its. */
export function withDaemonKeys(known: readonly Ignore[], answer: unknown): readonly Ignore[] {
  const keys = toAuthors(answer).flatMap((author): Ignore[] =>
    author.key === null ? [] : [{ by: 'key', key: author.key, name: authorName(author), isKeptByDaemon: true, until: null }],
  )
  return [...keys, ...known.filter((ignore) => ignore.by !== 'key' || !ignore.isKeptByDaemon)]
}

async function ignoreOf(what: string, until: number | null, context: CommandContext): Promise<Ignore> {
  if (/^\/.+\/$/u.test(what)) return await patternIgnore(what.slice(1, -1), until)
  if (what.startsWith('~')) return { by: 'address', address: addressOf(what, context.state()), name: what, until }
  if (what.includes('://')) return { by: 'address', address: what, name: what, until }
  const { key, name } = await thePerson(what, context)
  return { by: 'key', key, name, isKeptByDaemon: until === null, until }
}

/** The address behind the mark of a peer that wrote a line which is in memory. */
function addressOf(mark: string, state: ChatState): string {
  for (const { talk } of state.views.values()) {
    const found = messagesOf(talk).findLast(
      ({ author }) => author.key === null && author.from !== null && peerTag(author.from) === mark,
    )
    if (found !== undefined) return found.author.from!
  }
  throw new BadArgument(
    `no line of ${mark.slice(0, 20)} is loaded; /peers lists the marks of those who are connected, with addresses`,
  )
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `-time 2h` before or after what is meant. */
function withTime(argument: string): { what: string; lastsMs: number | null } {
  const flag = /(?:^|\s)-time(?:\s+(\S+))?/u.exec(argument)
  if (flag === null) return { what: argument.trim(), lastsMs: null }
  const [, count, unit] = /^(\d{1,4})([smhd])$/u.exec(flag[1] ?? '') ?? []
  if (count === undefined || Number(count) === 0) throw new BadArgument('-time takes a number with s, m, h or d: -time 2h')
  return { what: argument.replace(flag[0], '').trim(), lastsMs: Number(count) * UNIT_MS[unit!]! }
}

function nameOf(known: Ignore): string {
  return known.by === 'pattern' ? `/${known.source}/` : known.name
}

function wordsOf(known: Ignore, nowMs: number): string {
  const about = { key: 'lines of ', address: 'unsigned lines of ', pattern: 'lines that match ' }[known.by]
  const time = known.until === null ? '' : `, for ${durationText(Math.max(0, known.until - nowMs) / 1_000)} more`
  return `${about}${nameOf(known)}${time}`
}
