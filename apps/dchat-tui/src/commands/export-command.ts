/** Taking the history along as a file. */
import { EXPORT_PAGE, EXPORT_PROGRESS_LINES } from '../limits.ts'
import { shownRoom } from '../state/selectors.ts'
import { roomName } from '../view/room-name.ts'
import { dayKey } from '../view/time.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { ExportFile, exportPath } from './export-file.ts'
import { withFlags } from './people.ts'
import { seqSince, sinceTime } from './since.ts'

const FORMATS = ['jsonl', 'txt', 'md'] as const

interface ExportPlan {
  readonly format: (typeof FORMATS)[number]
  /** Unix ms; null for all. */
  readonly since: number | null
  readonly file: string
}

/** `/export [-all] [jsonl|txt|md] [SINCE] [FILE]` */
export async function exportLines(argument: string, context: CommandContext): Promise<void> {
  const { flags, rest } = withFlags(argument, ['all'])
  const { session } = context
  const summary = shownRoom(context.state())
  const isAll = flags.has('all')
  const scope = isAll ? {} : { room: summary.room }
  const plan = planOf(rest, context.now())
  const name = `dchat-${isAll ? 'all-rooms' : fileWord(roomName(summary))}-${dayKey(context.now())}.${plan.format}`
  await using file = await ExportFile.create(await exportPath(plan.file, name))
  let since = plan.since === null ? 0 : await seqSince(plan.since, { session, scope })
  let lines = 0
  for (let told = 0; ;) {
    const page = await session.call('chat.export', { since, format: plan.format, limit: EXPORT_PAGE, ...scope })
    await file.write(page.text)
    lines += page.text.split('\n').length - 1
    if (!page.more || page.next <= since) break
    since = page.next
    if (lines - told < EXPORT_PROGRESS_LINES) continue
    told = lines
    context.print(`exporting: ${lines.toLocaleString('en')} lines so far`)
  }
  await file.finish()
  context.print(
    `exported ${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'} of ${isAll ? 'all rooms' : roomName(summary)} to ${file.path}`,
  )
}

/** Words in any order but for the file, which is what is left; it may hold blanks. @throws {BadArgument} */
function planOf(words: string, nowMs: number): ExportPlan {
  let rest = words.trim()
  const take = (): string => /^\S*/u.exec(rest)![0]
  const drop = (word: string): void => void (rest = rest.slice(word.length).trimStart())
  const format = FORMATS.find((known) => known === take().toLowerCase())
  if (format !== undefined) drop(take())
  const since = sinceTime(take(), nowMs)
  if (since !== null) drop(take())
  if (rest.includes('\n')) throw new BadArgument('the name of a file is one line')
  return { format: format ?? 'txt', since, file: rest }
}

/** What of a room's name may stand in the name of a file anywhere. */
function fileWord(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/u, '') || 'room'
}
