/** Work that is done every so often, for as long as a scope lives. */
import { sleep } from './clock.ts'
import type { Clock } from './clock.ts'
import type { TaskScope } from './task-scope.ts'

export interface Every {
  readonly clock: Clock
  /** From the end of the work to its next beginning, and before the first, in milliseconds. */
  readonly intervalMs: number
}

/** Runs `work` again and again, as a task of `tasks`. Its failure is told as that of any task, and ends it. */
export function spawnEvery(tasks: TaskScope, { clock, intervalMs }: Every, work: () => void | Promise<void>): void {
  tasks.spawn(async (signal) => {
    for (;;) {
      await sleep(clock, intervalMs, signal)
      const working = work()
      if (working instanceof Promise) await working
    }
  })
}
