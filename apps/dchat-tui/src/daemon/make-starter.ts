/** What starts the dchatd that this program looks for: null where it looks elsewhere. */
import { RpcUnreachable, dchatPaths } from '@dchat/rpc'
import type { RpcClient } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import type { Flags } from '../flags.ts'
import { DaemonStarter } from './daemon-starter.ts'
import type { DaemonStarterDeps } from './daemon-starter.ts'
import { findDchatd } from './find-dchatd.ts'
import { startDchatd } from './start-dchatd.ts'

export interface StarterPlace extends Pick<DaemonStarterDeps, 'store' | 'session' | 'ask' | 'tell' | 'remember'> {
  readonly clock: Clock
  readonly connect: (signal: AbortSignal) => Promise<RpcClient>
}

/** An address that was given is somebody else's to serve. */
export function starterFor(flags: Flags, place: StarterPlace): DaemonStarter | null {
  const { clock, connect, ...rest } = place
  if (flags.rpc !== undefined || (process.env['DCHAT_RPC'] ?? '') !== '') return null
  const paths = dchatPaths(flags.home === undefined ? {} : { home: flags.home })
  const program = (): ReturnType<typeof findDchatd> =>
    findDchatd({ script: process.argv[1], env: process.env, node: process.execPath })
  return new DaemonStarter({
    ...rest,
    program,
    begin: (command) =>
      startDchatd(
        { program: command, home: flags.home, paths, env: process.env },
        { clock, isAnswering: () => isAnswering(connect) },
      ),
    configFile: paths.configFile,
    logFile: paths.logFile,
  })
}

async function isAnswering(connect: StarterPlace['connect']): Promise<boolean> {
  try {
    await (await connect(new AbortController().signal)).close()
    return true
  } catch (error) {
    if (error instanceof RpcUnreachable) return false
    throw error
  }
}
