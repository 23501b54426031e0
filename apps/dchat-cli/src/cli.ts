/** The program, with all it touches handed in. */
import type { Writable } from 'node:stream'
import type { ProgramDescription } from '@dchat/manual'
import { RpcClient, findEndpoint } from '@dchat/rpc'
import type { FindEndpointOptions, RpcEndpoint } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import type { CommandContext, OptionValues } from './command.ts'
import { commandNamed, readCommandLine } from './command-line.ts'
import type { Invocation } from './command-line.ts'
import { EXIT, OutputClosed, OutputFailed, endingOf } from './exit.ts'
import type { ExitCode } from './exit.ts'
import { helpOf, overview } from './help.ts'
import { Output } from './output.ts'
import { VERSION } from './version.ts'

export interface CliDeps {
  readonly env: NodeJS.ProcessEnv
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: Writable
  readonly stderr: Writable
  readonly clock: Clock
  /** Aborts with SIGINT. */
  readonly signal: AbortSignal
}

/** Runs one command line (without node and script) to its end and answers with the exit code. Errors are on stderr then. */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<ExitCode> {
  const out = new Output(deps.stdout, deps.signal)
  const err = new Output(deps.stderr, deps.signal)
  try {
    const line = await readCommandLine(argv)
    if (line.at === 'help') await out.line(line.command === undefined ? overview() : helpOf(line.command))
    else if (line.at === 'version') await out.line(`dchat-cli ${VERSION}`)
    else await runCommand(line.invocation, { deps, out, err })
    await out.flush()
    return EXIT.ok
  } catch (error) {
    if (deps.signal.aborted && error === deps.signal.reason) return EXIT.interrupted
    const { code, text } = endingOf(error)
    if (text !== undefined) await lastWords(err, text)
    return code
  }
}

interface Surroundings {
  readonly deps: CliDeps
  readonly out: Output
  readonly err: Output
}

function runCommand({ command, options, ...words }: Invocation, { deps, out, err }: Surroundings): Promise<void> {
  const { stdin, clock, signal } = deps
  const find = (): RpcEndpoint => findEndpoint(endpointOptions(options, deps.env))
  const connect: CommandContext['connect'] = async () => {
    signal.throwIfAborted()
    return RpcClient.connect(find(), { signal, clock })
  }
  const isJson = options['json'] === true
  const [isStdinTerminal, isOutTerminal] = [isTerminal(stdin), isTerminal(deps.stdout)]
  const describe = async (): Promise<ProgramDescription> => (await import('./manual.ts')).describeCli()
  const explain = async (name: string | undefined): Promise<string> =>
    name === undefined ? overview() : helpOf(await commandNamed(name))
  const streams = { out, err, stdin, isStdinTerminal, isOutTerminal }
  return command.run({ ...words, ...streams, options, isJson, clock, signal, connect, describe, explain })
}

function endpointOptions(options: OptionValues, env: NodeJS.ProcessEnv): FindEndpointOptions {
  const { home, rpc, 'cookie-file': cookieFile } = options
  return {
    env,
    ...(typeof home === 'string' ? { home } : {}),
    ...(typeof rpc === 'string' ? { rpc } : {}),
    ...(typeof cookieFile === 'string' ? { cookieFile } : {}),
  }
}

function isTerminal(stream: object): boolean {
  return (stream as { isTTY?: unknown }).isTTY === true
}

/** Nobody may read stderr either; the exit code says it then. */
async function lastWords(err: Output, text: string): Promise<void> {
  try {
    await err.line(text)
  } catch (error) {
    if (!(error instanceof OutputClosed || error instanceof OutputFailed)) throw error
  }
}
