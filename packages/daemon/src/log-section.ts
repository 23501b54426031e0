/** The `[log]` table, the same for every daemon, and what files of the reference have in its place. */
import { choiceKind, integerKind, itemsOf, overridePath, pathKind, readKeys, refuseUnknownKeys } from '@dchat/config'
import type { ConfigSection, KeyKind, KeyTable, Override, Places, TomlTable } from '@dchat/config'
import type { LogLevel } from '@dchat/system'
import { nearestName } from '@dchat/system'
import { DEFAULT_ROTATION } from './limits.ts'
import type { RotationBounds } from './log-file.ts'
import { LOG_LEVELS, LOG_MODULES } from './log-levels.ts'
import type { ModuleLevels } from './log-levels.ts'
import type { LogFormat } from './logging.ts'
import { COMMON_FLAGS } from './flags.ts'

export interface LogConfig {
  /** The level of all that `levels` does not name. */
  readonly level: LogLevel
  /** Levels of modules. */
  readonly levels: ModuleLevels
  /** Undefined is standard error. */
  readonly file: string | undefined
  /** What names the file. */
  readonly namedBy: string | undefined
  readonly format: LogFormat | 'auto'
  readonly rotation: RotationBounds
  /** How often -v was given; 3 shows values whole. */
  readonly verbosity: number
}

interface LogValues {
  readonly level: LogLevel
  readonly levels: ModuleLevels
  readonly file: string | undefined
  readonly format: LogFormat | 'auto'
  readonly max_bytes: number
  readonly max_files: number
}

const LOG_KEYS: KeyTable<LogValues> = {
  level: {
    kind: choiceKind(...LOG_LEVELS),
    default: 'info',
    text: 'How much is said; `-v` is `"debug"`, `-vv` is `"trace"`',
    isLive: true,
  },
  levels: {
    kind: moduleLevels(),
    default: {},
    text: `Levels of parts of the program: ${LOG_MODULES.map((name) => `\`${name}\``).join(', ')}`,
    examples: ['levels = { net = "debug" }'],
    isLive: true,
  },
  file: {
    kind: pathKind,
    defaultDoc: 'standard error',
    sample: 'file = "~/dchat/dchatd.log"',
    text: 'Appended to (mode 0600), in place of standard error',
    isLive: true,
    flag: { name: 'log', ...COMMON_FLAGS.log },
  },
  format: {
    kind: choiceKind<LogFormat | 'auto'>('auto', 'text', 'json', 'journal'),
    default: 'auto',
    text: '`"auto"` is text on a terminal, lines for journald under it, else one JSON object a line',
    isLive: true,
  },
  max_bytes: {
    kind: integerKind({ unit: 'bytes', min: 65_536, max: 2 ** 40 }),
    default: DEFAULT_ROTATION.maxBytes,
    text: 'Size at which a log file is set aside under a number',
    isLive: true,
  },
  max_files: {
    kind: integerKind({ min: 1, max: 1_000 }),
    default: DEFAULT_ROTATION.maxFiles,
    text: 'Log files that are kept, the one that is written among them',
    isLive: true,
  },
}

/** The section of a program's table of keys. */
export const LOG_SECTION: ConfigSection = { path: ['log'], title: '[log]', canBeText: true, keys: LOG_KEYS }

/** Levels that `verbose = N` of the reference's files, and N times -v, stand for. */
const VERBOSE_LEVELS = ['info', 'debug', 'trace'] as const

/** -v as what it is: a level that wins over that of the file. Empty without it. */
export function verboseOverride(count: number): readonly (readonly [string, Override])[] {
  if (count === 0) return []
  const source = { kind: 'flag', name: `-${'v'.repeat(Math.min(count, 3))}` } as const
  return [[overridePath(['log', 'level']), { value: levelOf(count), source }]]
}

/**
 * Reads `[log]`, or the `log` and `verbose` at the top level of the reference's files.
 * @param verbosity how often -v was given
 * @throws {ConfigError}
 */
export function readLogSection(root: TomlTable, places: Places, verbosity: number): LogConfig {
  const isText = typeof root.value('log') === 'string'
  const table = isText ? root.overlay('log') : root.section('log')
  const { level, levels, file, format, max_bytes: maxBytes, max_files: maxFiles } = readKeys(table, LOG_KEYS, places)
  const ofReference = {
    file: isText ? pathKind.read(root, 'log', places) : undefined,
    verbose: root.integer('verbose', { min: 0, max: 255 }),
  }
  if (!isText) refuseUnknownKeys(table)
  return {
    level: table.has('level') || ofReference.verbose === undefined ? level : levelOf(ofReference.verbose),
    levels,
    file: table.has('file') ? file : ofReference.file,
    namedBy: table.has('file') ? table.placeOf('file') : isText ? root.placeOf('log') : undefined,
    format,
    rotation: { maxBytes, maxFiles },
    verbosity,
  }
}

function levelOf(verbose: number): LogLevel {
  return VERBOSE_LEVELS[Math.min(verbose, VERBOSE_LEVELS.length - 1)]!
}

/** `{ module = "level" }`, of a variable `module=level` with commas. */
function moduleLevels(): KeyKind<ModuleLevels> {
  return {
    doc: 'table of module to level',
    parseText: (text) => ({
      value: Object.fromEntries(itemsOf(text).map((item) => item.split('=').map((part) => part.trim()) as [string, string])),
    }),
    read: (table, key) => {
      const levels: unknown = table.value(key)
      if (typeof levels !== 'object' || levels === null || Array.isArray(levels))
        throw table.error(key, {
          code: 'CONFIG_TYPE',
          reason: 'must be a table of module to level',
          hint: 'for example { net = "debug" }',
        })
      for (const [module, level] of Object.entries(levels)) {
        if (!isOneOf(LOG_MODULES, module)) throw table.error(key, unknownModule(module))
        if (!isOneOf(LOG_LEVELS, level)) throw table.error(key, { reason: `${module}: must be one of ${LOG_LEVELS.join(', ')}` })
      }
      return levels as ModuleLevels
    },
  }
}

function unknownModule(module: string): { reason: string; hint: string } {
  const nearest = nearestName(module, LOG_MODULES)
  const hint = nearest === undefined ? `there are ${LOG_MODULES.join(', ')}` : `did you mean ${nearest}?`
  return { reason: `there is no module "${module}"`, hint }
}

function isOneOf<T>(values: readonly T[], value: unknown): value is T {
  return (values as readonly unknown[]).includes(value)
}
