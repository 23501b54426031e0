/** Weak points of the RPC of the reference. Source: docs/rpc.md; what it does was seen on its program. */
import { DaemonNode } from '@dchat/e2e'
import { count } from '../../experiment.ts'
import { forgetPeak, peakMib, residentMib } from '../process-figures.ts'
import type { RpcStage } from './rpc-stage.ts'
import type { WeakPoint } from './weak-points.ts'

const MIB = 1024 * 1024
const LONG_LINE_BYTES = 256 * MIB
/** What a line that is skipped may cost: nothing is kept, but V8 lets some 64 MiB of what was read lie until it collects. */
const LONG_LINE_MIB = 160

/** Lines after which the reference says nothing more, and what ours answers. */
const LINES: readonly (readonly [what: string, line: string, answers: string])[] = [
  ['a line that is no JSON', '{"jsonrpc":', '-32700'],
  [
    'a request without an id, then one with an id in letters',
    '{"jsonrpc":"2.0","method":"ping"}\n{"jsonrpc":"2.0","id":"a","method":"ping"}',
    'pong',
  ],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 'pong'],
  ['an empty array', '[]', '-32600'],
]

const answered = ([what, line, answers]: (typeof LINES)[number]): WeakPoint<RpcStage> => ({
  done: what,
  reference: 'closes the connection without an answer',
  aim: `${answers}, and the connection goes on`,
  attempt: async (stage) => {
    const { answer, pong } = await stage.afterBytes(`${line}\n`)
    const text = JSON.stringify(answer?.error?.code ?? answer) ?? 'no answer'
    return [`${text.slice(0, 60)}, then ${pong?.result ?? 'no pong'}`, text.includes(answers) && pong?.result === 'pong']
  },
})

export const RPC_POINTS: readonly WeakPoint<RpcStage>[] = [
  ...LINES.map(answered),
  {
    done: '`send` of a number',
    reference: 'its handler ends, and never answers',
    aim: '-32602, and the connection goes on',
    attempt: async (stage) => {
      const { answer, pong } = await stage.afterBytes('{"jsonrpc":"2.0","id":1,"method":"send","params":[1]}\n')
      const code: unknown = answer?.error?.code
      return [`${String(code)}, then ${pong?.result ?? 'no pong'}`, code === -32602 && pong?.result === 'pong']
    },
  },
  {
    done: 'a web page of another site posts a `send`, as JSON, as text and as a form',
    reference: 'sends it: it looks at no origin, host or credentials',
    aim: 'refused, nothing stored',
    attempt: asPage,
  },
  {
    done: `a line of ${count(LONG_LINE_BYTES / MIB)} MiB`,
    reference: 'holds lines up to 16 MiB, for each connection',
    aim: `-32002, at most ${LONG_LINE_MIB} MiB more memory, and the connection goes on`,
    attempt: longLine,
  },
  {
    done: 'kill -9, then `recv` after the start',
    reference: 'has forgotten all, also after a clean stop',
    aim: 'what came before',
    attempt: async () => {
      await using pair = new AsyncDisposableStack()
      const speaker = pair.use(await DaemonNode.running())
      const hearer = pair.use(await DaemonNode.running({ config: { net: [`peers = ["${await speaker.url()}"]`] } }))
      await hearer.hasPeers(1)
      await speaker.client.call('chat.send', { text: 'kept' })
      await hearer.stores('kept')
      await hearer.kill('SIGKILL')
      await hearer.start()
      const received = await hearer.client.call('recv', [])
      return [JSON.stringify(received), received.length === 1 && received[0] === 'kept']
    },
  },
]

async function asPage(stage: RpcStage): Promise<readonly [string, boolean]> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"send","params":["of a page"]}'
  const statuses: number[] = []
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded'])
    statuses.push(await stage.askAsPage(body, { 'content-type': type, origin: 'https://evil.example' }))
  const stored = (await stage.node.history()).length
  const isRefused = statuses.every((status) => status === 401 || status === 403)
  return [`HTTP ${statuses.join(', ')}; ${stored} lines stored`, isRefused && stored === 0]
}

async function longLine(stage: RpcStage): Promise<readonly [string, boolean]> {
  const { pid } = stage.node.program
  const before = residentMib(pid)
  forgetPeak(pid)
  const { answer, pong } = await stage.afterBytes(Buffer.concat([Buffer.alloc(LONG_LINE_BYTES, '['), Buffer.from('\n')]))
  const code: unknown = answer?.error?.code
  const heldMib = Math.max(0, peakMib(pid) - before)
  const outcome = `${String(code)}, ${heldMib.toFixed(0)} MiB more at most, then ${pong?.result ?? 'no pong'}`
  return [outcome, code === -32002 && heldMib <= LONG_LINE_MIB && pong?.result === 'pong']
}
