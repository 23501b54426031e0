/** An interactive shell in a terminal, and what it makes of a line when the Tab key is pressed. */
import { spawn } from '@lydell/node-pty'
import type { IPty } from '@lydell/node-pty'
import { until } from './until.ts'

export type InteractiveShellName = 'bash' | 'zsh'

/** Prints the line that is being typed, between marks, when Ctrl+G is pressed. */
const SET_UP: Readonly<Record<InteractiveShellName, readonly string[]>> = {
  bash: [
    `bind 'set show-all-if-ambiguous on' 'set page-completions off' 'set completion-query-items -1' 'set enable-bracketed-paste off'`,
    `show() { printf '\\n''LINE<%s>\\n' "$READLINE_LINE"; }`,
    `bind -x '"\\C-g": show'`,
  ],
  zsh: [
    'autoload -Uz compinit && compinit -u -D',
    'unsetopt BEEP ALWAYS_LAST_PROMPT; LISTMAX=0; unset zle_bracketed_paste',
    `show() { zle -I; print -r -- 'LINE<'"$BUFFER"'>'; }; zle -N show; bindkey '^G' show`,
  ],
}

const ARGUMENTS: Readonly<Record<InteractiveShellName, string[]>> = { bash: ['--norc', '--noprofile', '-i'], zsh: ['-f', '-i'] }

export class InteractiveShell implements AsyncDisposable {
  readonly #pty: IPty
  readonly #exited: Promise<void>
  #output = ''

  private constructor(pty: IPty) {
    this.#pty = pty
    pty.onData((text) => (this.#output += text))
    this.#exited = new Promise((resolve) => pty.onExit(() => resolve()))
  }

  /** One that has read the file `script`. @param folder its working folder and home */
  static async start(
    name: InteractiveShellName,
    { script, folder }: { script: string; folder: string },
  ): Promise<InteractiveShell> {
    const { PATH = '' } = process.env
    const env = { PATH, HOME: folder, TERM: 'xterm', LC_ALL: 'C.UTF-8', PS1: '$ ' }
    const shell = new InteractiveShell(spawn(name, ARGUMENTS[name], { cwd: folder, env, cols: 200, rows: 50 }))
    for (const line of [...SET_UP[name], `source ${script}`]) shell.#pty.write(`${line}\r`)
    shell.#pty.write(`echo 'READ''Y'\r`)
    await until(`${name} is ready`, () => shell.#output.includes('READY'))
    return shell
  }

  /** Types `text` and a Tab: the line it becomes, and all that was printed meanwhile. The line is then emptied. */
  async complete(text: string): Promise<{ line: string; printed: string }> {
    const from = this.#output.length
    this.#pty.write(`${text}\t`)
    this.#pty.write('\x07')
    const line = await until(`a line for ${text}`, () => /LINE<([^]*?)>/.exec(this.#output.slice(from))?.[1])
    const printed = this.#output.slice(from)
    this.#pty.write('\x15')
    return { line, printed }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill('SIGKILL')
    await this.#exited
  }
}
