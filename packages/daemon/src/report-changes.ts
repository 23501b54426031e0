/** What a reading of the configuration while a daemon runs came to. */
import { isDeepStrictEqual } from 'node:util'
import { changedKeys } from '@dchat/config'
import type { KeyValue } from '@dchat/config'
import type { Logger } from '@dchat/system'
import type { LogConfig } from './log-section.ts'
import type { DaemonLogger } from './logging.ts'

interface WithValues {
  readonly values: readonly KeyValue[]
}

export interface Readings {
  /** As the daemon was started: keys that are not live hold on as they were then. */
  readonly started: WithValues
  /** As it was read before. */
  readonly before: WithValues
  readonly after: WithValues
}

/**
 * Has the log go on as configured while `takeOver` runs and after it; as before when that fails.
 * @throws {FlagError} when the log file cannot be opened: `takeOver` is not called then
 * @throws what `takeOver` throws
 */
export async function withLogOf(
  logger: Pick<DaemonLogger, 'configure'>,
  { before, after }: { before: LogConfig; after: LogConfig },
  takeOver: () => Promise<void>,
): Promise<void> {
  const isOther = !isDeepStrictEqual(before, after)
  if (isOther) logger.configure(after)
  try {
    await takeOver()
  } catch (error) {
    if (isOther) logger.configure(before)
    throw error
  }
}

/** One line for each key that waits for a restart, and at the end one for what was taken over. */
export function reportChanges(logger: Logger, { started, before, after }: Readings): void {
  const changed = changedKeys(before.values, after.values).filter(({ isLive }) => isLive)
  for (const { key, isLive } of changedKeys(started.values, after.values)) if (!isLive) logger.warn('Needs a restart', { key })
  logger.info('Configuration read again', { changed: changed.map(({ key }) => key) })
}
