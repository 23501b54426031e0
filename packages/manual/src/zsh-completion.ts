/** Completion for zsh. */
import { menuText, planCompletion, quote } from './completion-plan.ts'
import type { CompletionPlan } from './completion-plan.ts'
import { spellings } from './description.ts'
import type { OptionDescription, ProgramDescription, WordDescription } from './description.ts'

/** A script for a folder of $fpath, as `_PROGRAM`, that may be sourced after `compinit` as well. */
export function zshCompletion(program: ProgramDescription): string {
  const plan = planCompletion(program)
  // A file of $fpath is a function of its own name.
  const fn = `_${plan.program}`
  return `#compdef ${plan.program}
# Completion of ${plan.program} for zsh. Write it to a folder of $fpath as _${plan.program}, or source it after compinit.
${fn}() {
  local word previous= command= skip=
  local -a options whole begun
  for word in "\${(@)words[2,CURRENT-1]}"; do
    previous=$word
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      (${plan.valueSpellings.join('|') || "''"}) skip=1 ;;
      (-*) ;;
      (*) [[ -n $command ]] || command=$word ;;
    esac
  done
  if [[ -n $skip ]]; then
    case $previous in
${plan.offers.map(offer).join('\n')}
    esac
    return
  fi
  options=(${plan.options.flatMap(optionItems).join(' ')})
  case $command in
    ('')
${lists(plan.commands)}
      ;;
${plan.after.map(afterCommand).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
    return
  fi
  local found=1
  (( $#whole )) && _describe -t words word whole && found=0
  (( $#begun )) && _describe -t parameters parameter begun -S '' && found=0
  return found
}
if [[ $funcstack[1] == ${fn} ]]; then
  ${fn} "$@"
else
  compdef ${fn} ${plan.program}
fi
`
}

function offer(option: OptionDescription): string {
  const { takes } = option
  const pattern = spellings(option).join('|')
  if (takes === 'file') return `      (${pattern}) _files ;;`
  if (takes === 'folder') return `      (${pattern}) _files -/ ;;`
  return `      (${pattern}) compadd -- ${(takes ?? []).map(quote).join(' ')} ;;`
}

function afterCommand({ command, words, options }: CompletionPlan['after'][number]): string {
  return [
    `    (${command})`,
    ...(words.length === 0 ? [] : [lists(words)]),
    ...(options.length === 0 ? [] : [`      options+=(${options.flatMap(optionItems).join(' ')})`]),
    '      ;;',
  ].join('\n')
}

/** Words that are whole get a blank after them, words that are begun do not. */
function lists(words: readonly WordDescription[]): string {
  const items = (isBegun: boolean): string[] =>
    words.filter(({ word }) => word.endsWith('=') === isBegun).map(({ word, help }) => item(word, help))
  return [
    { name: 'whole', list: items(false) },
    { name: 'begun', list: items(true) },
  ]
    .filter(({ list }) => list.length > 0)
    .map(({ name, list }) => `      ${name}=(\n${list.map((one) => `        ${one}\n`).join('')}      )`)
    .join('\n')
}

function optionItems(option: OptionDescription): string[] {
  return spellings(option).map((spelling) => item(spelling, option.help))
}

/** An item of `_describe`: a colon separates, a backslash keeps it. */
function item(word: string, help: string): string {
  const kept = (text: string): string => text.replaceAll(/[\\:]/g, String.raw`\$&`)
  return quote(`${kept(word)}:${kept(menuText(help))}`)
}
