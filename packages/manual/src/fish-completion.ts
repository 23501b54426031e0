/** Completion for fish. */
import { menuText, planCompletion } from './completion-plan.ts'
import { spellings } from './description.ts'
import type { OptionDescription, ProgramDescription } from './description.ts'

/** A script for ~/.config/fish/completions, that may be sourced as well. */
export function fishCompletion(program: ProgramDescription): string {
  const plan = planCompletion(program)
  const { functionName } = plan
  const at = `_${functionName}_at`
  const complete = `complete -c ${plan.program}`
  const after = (command: string): string => `-n ${quote(`${at} ${quote(command)}`)}`
  const lines = [
    `${complete} -f`,
    ...plan.options.map((option) => `${complete} ${optionFlags(option)}`),
    ...plan.commands.map(({ word, help }) => `${complete} ${after('')} -a ${quote(word)} -d ${quote(menuText(help))}`),
    ...plan.after.flatMap(({ command, words, options }) => [
      ...words.map(({ word, help }) => `${complete} ${after(command)} -a ${quote(word)} -d ${quote(menuText(help))}`),
      ...options.map((option) => `${complete} ${after(command)} ${optionFlags(option)}`),
    ]),
  ]
  return `# Completion of ${plan.program} for fish. Write it to ~/.config/fish/completions/${plan.program}.fish, or source it.
function ${at} -a wanted -d 'Whether the command typed so far is this one'
  set -l command ''
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${plan.valueSpellings.map(quote).join(' ') || "''"}
        set skip 1
      case '-*'
      case '*'
        test -n "$command"; or set command $word
    end
  end
  test "$command" = "$wanted"
end
${lines.join('\n')}
`
}

function optionFlags(option: OptionDescription): string {
  const { value, takes, help } = option
  const names = spellings(option)
    .map((spelling) => (spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`))
    .join(' ')
  return [names, ...(value === undefined ? [] : [valueFlags(takes)]), `-d ${quote(menuText(help))}`].join(' ')
}

function valueFlags(takes: OptionDescription['takes']): string {
  if (takes === 'file') return '-r -F'
  if (takes === 'folder') return `-x -a ${quote('(__fish_complete_directories)')}`
  return takes === undefined ? '-x' : `-x -a ${quote(takes.join(' '))}`
}

/** `text` in single quotes, as fish reads it. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
