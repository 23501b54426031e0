import type { Command } from '../command.ts'
import { UsageError } from '../exit.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completion: Command = {
  name: 'completion',
  usage: `completion ${SHELLS.join('|')}`,
  summary: 'print the completion script of a shell',
  text: `Completes commands, methods, their parameters, and options with what they take. To have it in every shell:

  dchat-cli completion bash > ~/.local/share/bash-completion/completions/dchat-cli
  dchat-cli completion zsh > "\${fpath[1]}/_dchat-cli"
  dchat-cli completion fish > ~/.config/fish/completions/dchat-cli.fish

For this shell only: eval "$(dchat-cli completion bash)", and the same for zsh; dchat-cli completion fish | source.`,
  options: [],
  words: SHELLS.map((shell) => ({ word: shell, help: `for ${shell}` })),
  async run({ args: [shell, surplus], out, describe }) {
    if (surplus !== undefined) throw new UsageError(`unexpected argument: ${surplus}`)
    if (!isShell(shell)) throw new UsageError(`which shell? There are ${SHELLS.join(', ')}`)
    const { bashCompletion, fishCompletion, zshCompletion } = await import('@dchat/manual')
    const print = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell]
    await out.text(print(await describe()))
  },
}

function isShell(word: string | undefined): word is (typeof SHELLS)[number] {
  return (SHELLS as readonly (string | undefined)[]).includes(word)
}
