/** What is logged: a level for the whole daemon, and levels of their own for modules. All can be set while it runs. */
import type { LogLevel } from '@dchat/system'

/** From least to most said. */
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace']

/** The parts of a daemon that log under a name. */
export const LOG_MODULES = ['net', 'rpc', 'store', 'chat'] as const
export type LogModule = (typeof LOG_MODULES)[number]

export type ModuleLevels = Readonly<Partial<Record<LogModule, LogLevel>>>

/** How much is said: the place of a level in LOG_LEVELS. One object a module, which its loggers look at for each line. */
interface Threshold {
  rank: number
}

export class LogLevels {
  readonly #threshold: Threshold
  readonly #modules = new Map<string, Threshold>()

  constructor(level: LogLevel, modules: ModuleLevels = {}) {
    this.#threshold = { rank: rankOf(level) }
    this.setAll(level, modules)
  }

  /** The level of what is logged under no name. */
  get level(): LogLevel {
    return LOG_LEVELS[this.#threshold.rank]!
  }

  levelOf(module: string): LogLevel {
    return LOG_LEVELS[this.thresholdOf(module).rank]!
  }

  /** To be asked for each line. A module that is not among LOG_MODULES has the level of the whole. */
  thresholdOf(module?: string): { readonly rank: number } {
    return (module === undefined ? undefined : this.#modules.get(module)) ?? this.#threshold
  }

  /** Sets the level of one module, or of everything: then no module keeps one of its own. */
  set(level: LogLevel, module?: LogModule): void {
    if (module === undefined) this.setAll(level)
    else this.#modules.get(module)!.rank = rankOf(level)
  }

  /** Sets the level of everything, and then those of `modules`. */
  setAll(level: LogLevel, modules: ModuleLevels = {}): void {
    this.#threshold.rank = rankOf(level)
    for (const module of LOG_MODULES) {
      const rank = rankOf(modules[module] ?? level)
      const known = this.#modules.get(module)
      if (known === undefined) this.#modules.set(module, { rank })
      else known.rank = rank
    }
  }
}

export function rankOf(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level)
}
