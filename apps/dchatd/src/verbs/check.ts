/** `dchatd check`: whether the configuration can be used, and what it comes to. Starts and writes nothing. */
import { checkReport, ExitCode, tokenWarnings, unknownMethods } from '@dchat/daemon'
import { loadDchatdConfig } from '../config/index.ts'
import type { DchatdConfig, DchatdFlags } from '../config/index.ts'
import { methodNames } from './method-names.ts'

/** @throws {ConfigError} what is wrong with it */
export function check(flags: DchatdFlags): ExitCode {
  const config = loadDchatdConfig(flags, { isReadOnly: true })
  const { values, hasFile, paths } = config
  const checked = { values, hasFile, configFile: paths.configFile, warnings: [...config.warnings, ...methodWarnings(config)] }
  process.stdout.write(checkReport(checked, { json: flags['json'] === true, print: flags['print'] === true }))
  return ExitCode.ok
}

function methodWarnings({ rpc }: DchatdConfig): string[] {
  const known = methodNames()
  const disabled = unknownMethods(rpc.disabledMethods, known).map(({ pattern, nearest }) => {
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
    return `rpc.rpc_disabled_methods: there is no method "${pattern}"${hint}`
  })
  return [...disabled, ...tokenWarnings(rpc.tokens, known)]
}
