import { RpcError, RpcUnreachable } from '@dchat/rpc'
import type { NodeInfo } from '@dchat/rpc'
import { sleep } from '@dchat/system'
import { expectNoArgs, wholeNumber } from '../arguments.ts'
import type { Command, CommandContext } from '../command.ts'
import { NotReady } from '../exit.ts'
import { formatJson } from '../format.ts'
import {
  CALL_TIMEOUT_MS,
  DEFAULT_READY_TIMEOUT_S,
  MAX_READY_PEERS,
  MAX_READY_TIMEOUT_S,
  MIN_LOOK_MS,
  READY_POLL_MS,
} from '../limits.ts'
import { countPeers } from '../peer-count.ts'

export const waitReady: Command = {
  name: 'wait-ready',
  usage: 'wait-ready [--timeout S] [--peers N]',
  summary: 'wait until the daemon runs and has enough peers',
  text: `Ends with 0 as soon as the daemon has asked its seeds and runs, and has at least N peers. It may be started later than
this. After the time: 3 when there was no daemon, 1 when it was not ready, and stderr says what was missing.

--json prints the result of node.get_info.`,
  options: [
    {
      name: 'timeout',
      value: 'S',
      help: `how long to wait, in seconds, 0 to ${MAX_READY_TIMEOUT_S}; default ${DEFAULT_READY_TIMEOUT_S}`,
    },
    { name: 'peers', value: 'N', help: 'how many peers to wait for; default 0' },
  ],
  async run(context) {
    expectNoArgs(context.args)
    const { clock, signal, options } = context
    const timeoutS = wholeNumber(options, 'timeout', { min: 0, max: MAX_READY_TIMEOUT_S }) ?? DEFAULT_READY_TIMEOUT_S
    const wanted = wholeNumber(options, 'peers', { min: 0, max: MAX_READY_PEERS }) ?? 0
    const deadlineMs = clock.monotonicMs() + timeoutS * 1000
    for (;;) {
      const leftMs = Math.max(MIN_LOOK_MS, deadlineMs - clock.monotonicMs())
      const state = await look(context, Math.min(leftMs, CALL_TIMEOUT_MS))
      if (!(state instanceof Error) && isReady(state, wanted)) {
        await context.out.line(context.isJson ? formatJson(state) : `ready, peers: ${countPeers(state)}`)
        return
      }
      if (clock.monotonicMs() >= deadlineMs) throw state instanceof Error ? state : notReady(state, wanted)
      await sleep(clock, READY_POLL_MS, signal)
    }
  },
}

/** What the daemon says now, or why it says nothing. @throws what waiting does not change */
async function look(context: CommandContext, timeoutMs: number): Promise<NodeInfo | RpcUnreachable | RpcError> {
  try {
    await using client = await context.connect()
    return await client.call('node.get_info', [], { signal: context.signal, timeoutMs })
  } catch (error) {
    if (error instanceof RpcUnreachable && error.code !== 'RPC_ADDRESS_INVALID') return error
    if (error instanceof RpcError && error.data?.retryable === true) return error
    throw error
  }
}

function isReady(node: NodeInfo, wanted: number): boolean {
  return node.state === 'run' && countPeers(node) >= wanted
}

function notReady(node: NodeInfo, wanted: number): NotReady {
  const lacks = [
    ...(node.state === 'run'
      ? []
      : [`its state is "${node.state}"${node.state === 'start' ? ' (it still asks its seeds)' : ''}`]),
    ...(wanted === 0 ? [] : [`it has ${countPeers(node)} of ${wanted} peers`]),
  ]
  return new NotReady(`the daemon was not ready in time: ${lacks.join(', ')}`)
}
