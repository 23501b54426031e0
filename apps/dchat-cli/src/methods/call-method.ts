/** Calls a method and prints what it gives; one that subscribes is listened to until somebody ends it. */
import { timeFields } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { CommandContext } from '../command.ts'
import { formatJson } from '../format.ts'
import { METHOD_TIMEOUT_MS } from '../limits.ts'
import { formatResult } from '../result-format.ts'
import { NotificationQueue } from './notification-queue.ts'

/** Names of methods whose result is a subscription of the connection that asked. */
const SUBSCRIBES = /(^|\.)subscribe/

/** What to say of a result that is on a screen now. */
const WARNINGS: Readonly<Record<string, string>> = {
  'room.invitation': 'who has this reads the room: pass it on where others do not see it; room.invite sends it encrypted',
}

export async function callMethod(spec: MethodSpec, params: unknown, context: CommandContext): Promise<void> {
  const { name } = spec
  const { connect, out, err, isJson, isOutTerminal, clock, signal } = context
  await using client = await connect()
  using queue = SUBSCRIBES.test(name) ? new NotificationQueue(client) : undefined
  const result = await client.callRaw(name, params, { signal, timeoutMs: METHOD_TIMEOUT_MS })
  const people = { times: timeFields(spec), nowMs: clock.nowMs() }
  for (const line of isJson ? [formatJson(result)] : formatResult(result, people)) await out.line(line)
  if (!isJson && Array.isArray(result) && result.length === 0) await err.line('none') // nothing at all would look like a failure
  const warning = WARNINGS[name]
  if (warning !== undefined && isOutTerminal) await err.line(`dchat-cli: warning: ${warning}`)
  if (queue === undefined) return
  for (;;) {
    const { method, params: news } = await queue.next(signal)
    await out.line(isJson ? formatJson({ method, params: news }) : `${formatJson(method).slice(1, -1)} ${formatJson(news)}`)
  }
}
