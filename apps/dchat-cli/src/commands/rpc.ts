import type { Command } from '../command.ts'
import { UsageError } from '../exit.ts'
import { formatJson } from '../format.ts'
import { METHOD_TIMEOUT_MS } from '../limits.ts'

export const rpc: Command = {
  name: 'rpc',
  usage: 'rpc METHOD [JSON]',
  summary: 'call any method of the daemon',
  text: `JSON is its parameters, an object or an array; the result is printed indented. It asks the daemon whatever this version knows
of the method.
Characters that a terminal might obey are written as \\u escapes.

  dchat-cli rpc chat.history '{"limit": 5}'

--json prints the result on one line.`,
  options: [],
  async run({ args, isJson, out, signal, connect }) {
    const [method, json, ...rest] = args
    if (method === undefined) throw new UsageError('which method? See "dchat-cli rpc --help"')
    if (rest.length > 0) throw new UsageError('the parameters are one argument: put them in quotes')
    const params = json === undefined ? undefined : parseParams(json)
    await using client = await connect()
    const result = await client.callRaw(method, params, { signal, timeoutMs: METHOD_TIMEOUT_MS })
    await out.line(formatJson(result, isJson ? undefined : 2))
  },
}

function parseParams(json: string): object {
  let params: unknown
  try {
    params = JSON.parse(json)
  } catch (cause) {
    throw new UsageError(`the parameters are not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof params === 'object' && params !== null) return params
  throw new UsageError('the parameters have to be a JSON object or array')
}
