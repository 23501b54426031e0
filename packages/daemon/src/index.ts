export { ConfigError, ExitCode, FlagError, exitCodeOf } from './errors.ts'
export type { ConfigErrorCode, ConfigErrorData, FlagErrorCode, FlagErrorData } from './errors.ts'
export { reportStartError } from './start-error.ts'
export { parseToml, quoteKey, TomlTable } from './toml-document.ts'
export type { Complaint, UnknownKey } from './toml-document.ts'
export { listOfFlag, listOfTable, listWarnings } from './placed-list.ts'
export type { PlacedList } from './placed-list.ts'
export { readConfigFile, writeConfigOnce } from './config-file.ts'
export { unknownKeyWarnings, refuseUnknownKeys } from './unknown-keys.ts'
export { checkRpcExposure, parseRpcListen, readRpcSection } from './rpc-section.ts'
export type { RpcConfig, RpcDefaults } from './rpc-section.ts'
export { acceptWarnings, checkTogether, collides, parseAcceptAddress } from './accept-addresses.ts'
export type { AcceptAddress } from './accept-addresses.ts'
export {
  parseEndpoint,
  parseExternalAddress,
  parseIpOrCidr,
  parseListenAddress,
  parsePath,
  parseProxy,
  parseScheme,
  SCHEMES,
} from './values.ts'
export type { Parsed } from './values.ts'
export { magicBytes } from './magic-bytes.ts'
export { COMMON_FLAGS, flagValue, parseFlags } from './flags.ts'
export type { FlagSpec, FlagTable, FlagValues } from './flags.ts'
export { helpText } from './help.ts'
export type { HelpOptions } from './help.ts'
export { createLogger } from './logging.ts'
export type { DaemonLogger, LineCounts, LogFormat, LoggingOptions } from './logging.ts'
export { LOG_LEVELS, LOG_MODULES, LogLevels } from './log-levels.ts'
export type { LogModule, ModuleLevels } from './log-levels.ts'
export { DEFAULT_ROTATION } from './limits.ts'
export type { RotationBounds } from './log-file.ts'
export { reloadError } from './reload-error.ts'
export type { SettingsTable } from './reload-error.ts'
export { writeAdvisoryFile } from './advisory-file.ts'
export type { AdvisoryFile } from './advisory-file.ts'
export { ServiceManager } from './service-manager.ts'
export type { ServiceManagerOptions } from './service-manager.ts'
export { readinessOf } from './readiness.ts'
export type { NodeState, Readiness } from './readiness.ts'
export { runDaemon } from './lifecycle.ts'
export type { DaemonControl, RunDaemonOptions } from './lifecycle.ts'
