/** `dchatd paths`: where everything is, and what decides it. */
import { sourceText } from '@dchat/config'
import { ExitCode, folderSources, pathReport } from '@dchat/daemon'
import type { PathRow } from '@dchat/daemon'
import { loadDchatdConfig } from '../config/index.ts'
import type { DchatdConfig, DchatdFlags } from '../config/index.ts'

/** @throws {ConfigError} when the configuration cannot be used */
export function paths(flags: DchatdFlags): ExitCode {
  const rows = pathRows(flags, loadDchatdConfig(flags, { isReadOnly: true }))
  process.stdout.write(pathReport(rows, { json: flags['json'] === true }))
  return ExitCode.ok
}

function pathRows(flags: DchatdFlags, config: DchatdConfig): PathRow[] {
  const { paths: all, rpc, log } = config
  const folder = folderSources(flags.home, process.env)
  const ofKey = (key: string, otherwise: string): string => sourceName(config, key) ?? otherwise
  const hostlist = ofKey('net.hostlist', ofKey('net.p2p_datastore', folder.data))
  const hasTcp = rpc.listen?.kind === 'tcp'
  return [
    { name: 'config', path: all.configFile, source: flags.config === undefined ? folder.config : '--config' },
    { name: 'data', path: all.dataDir, source: folder.data },
    { name: 'messages', path: all.storePath, source: folder.data },
    { name: 'identity', path: all.identityPath, source: folder.data },
    { name: 'box keys', path: all.boxKeysPath, source: folder.data },
    { name: 'room keys', path: all.roomKeysPath, source: folder.data },
    { name: 'lock', path: all.lockPath, source: folder.data },
    { name: 'hostlist', path: all.hostlistPath, source: hostlist },
    { name: 'bans', path: all.bansPath, source: hostlist },
    { name: 'anchors', path: config.settings.anchorsPath ?? null, source: hostlist },
    { name: 'state', path: all.stateDir, source: folder.state },
    { name: 'log', path: log.file ?? null, source: log.namedBy ?? 'default' },
    { name: 'runtime', path: all.runtimeDir, source: folder.runtime },
    { name: 'socket', path: rpc.socketPath ?? null, source: ofKey('rpc.rpc_socket', folder.runtime) },
    { name: 'cookie', path: hasTcp ? all.cookiePath : null, source: folder.runtime },
    { name: 'address', path: all.addressPath, source: folder.runtime },
  ]
}

/** What decides a key, undefined for nothing. */
function sourceName({ values }: DchatdConfig, key: string): string | undefined {
  const found = values.find((value) => value.key === key)
  return found === undefined || found.source.kind === 'default' ? undefined : sourceText(found.source)
}
