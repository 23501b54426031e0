/** How both modes reach the daemon, and what they say when they leave it. */
import { RpcClient, findEndpoint } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import type { Flags } from './flags.ts'

/** A connector that looks for the daemon anew each time: address and cookie may have changed. Throws `RpcUnreachable`. */
export function connector(flags: Flags, clock: Clock): (signal: AbortSignal) => Promise<RpcClient> {
  return async (signal) => {
    const endpoint = findEndpoint({
      ...(flags.home === undefined ? {} : { home: flags.home }),
      ...(flags.rpc === undefined ? {} : { rpc: flags.rpc }),
      ...(flags.cookieFile === undefined ? {} : { cookieFile: flags.cookieFile }),
    })
    return await RpcClient.connect(endpoint, { signal, clock })
  }
}

/** The last line after leaving. A program that started dchatd for the user says its own: DCHAT_FAREWELL. */
export function farewell(flags: Flags, wasReached: boolean, env: NodeJS.ProcessEnv = process.env): string {
  const given = env['DCHAT_FAREWELL']
  if (given !== undefined && given !== '' && wasReached) return given
  const where = [
    ...(flags.home === undefined ? [] : [`--home ${quoted(flags.home)}`]),
    ...(flags.rpc === undefined ? [] : [`--rpc ${quoted(flags.rpc)}`]),
  ].join(' ')
  const stop = `dchat-cli ${where === '' ? '' : `${where} `}node.stop`
  if (wasReached) return `dchatd keeps running. To stop it: ${stop}`
  return `dchatd was not reached. To start it: ${startCommand(flags)}`
}

/** How a shell starts the daemon that is looked for. */
export function startCommand(flags: Flags): string {
  return flags.home === undefined ? 'dchatd' : `dchatd --home ${quoted(flags.home)}`
}

function quoted(argument: string): string {
  return /^[\w./:@%+,=-]+$/u.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
}
