/** What the verbs print that only look. */
import { sourceText } from '@dchat/config'
import { checkReport, folderSources, pathReport, tokenWarnings, versionReport } from '@dchat/daemon'
import type { PathRow } from '@dchat/daemon'
import { METHODS } from '@dchat/rpc/schemas'
import type { LilithFlags } from './command-line.ts'
import { loadLilithConfig } from './config.ts'
import type { LilithConfig } from './config.ts'
import { COMMIT, VERSION } from './version.ts'

/**
 * @param verb check, paths or version
 * @throws {ConfigError} when the configuration cannot be used
 */
export function reportOf(verb: string, flags: LilithFlags): string {
  const json = flags['json'] === true
  if (verb === 'version')
    return flags.version ? `lilith ${VERSION}\n` : versionReport('lilith', { version: VERSION, commit: COMMIT }, { json })
  const config = loadLilithConfig(flags)
  if (verb === 'paths') return pathReport(pathRows(config, flags), { json })
  const { values, paths } = config
  const warnings = [...config.warnings, ...tokenWarnings(config.rpc.tokens, methodNames())]
  return checkReport({ values, warnings, configFile: paths.configFile, hasFile: true }, { json, print: flags['print'] === true })
}

function methodNames(): string[] {
  return [...METHODS.values()].filter(({ programs }) => programs.includes('lilith')).map(({ name }) => name)
}

function pathRows({ paths, networks, rpc, log, values }: LilithConfig, flags: LilithFlags): PathRow[] {
  const folder = folderSources(flags.home, process.env)
  const ofKey = (key: string, otherwise: string): string => {
    const source = values.find((value) => value.key === key)?.source
    return source === undefined || source.kind === 'default' ? otherwise : sourceText(source)
  }
  const hasTcp = rpc.listen?.kind === 'tcp'
  return [
    { name: 'config', path: paths.configFile, source: flags.config === undefined ? folder.config : '--config' },
    { name: 'log', path: log.file ?? null, source: log.namedBy ?? 'default' },
    { name: 'socket', path: rpc.socketPath ?? null, source: ofKey('rpc.rpc_socket', folder.runtime) },
    { name: 'cookie', path: hasTcp ? paths.cookiePath : null, source: folder.runtime },
    ...networks.flatMap(({ name, datastore, settings }) => [
      { name: `${name} datastore`, path: datastore, source: paths.configFile },
      { name: `${name} hostlist`, path: settings.hostlistPath ?? null, source: paths.configFile },
    ]),
  ]
}
