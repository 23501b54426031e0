/** Child processes for tests, run from source. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child extends AsyncDisposable {
  readonly pid: number
  /** The next line of its stdout, or undefined at the end of it. */
  nextLine(): Promise<string | undefined>
  /** Ends it without notice and answers with the lines it had written and nobody read. */
  kill(): Promise<string[]>
}

/** Runs `testing/<script>` with `args`. */
export function startChild(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@dchat/source', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string | undefined> => {
    const next = await lines.next()
    return next.done === true ? undefined : next.value
  }
  const kill = async (): Promise<string[]> => {
    child.kill('SIGKILL')
    await exited
    const rest: string[] = []
    for (let last = await nextLine(); last !== undefined; last = await nextLine()) rest.push(last)
    return rest
  }
  return { pid: child.pid ?? -1, nextLine, kill, [Symbol.asyncDispose]: async () => void (await kill()) }
}
