/** Completion for bash, 3.2 and newer, with or without the package bash-completion. */
import { planCompletion, quote } from './completion-plan.ts'
import type { CompletionPlan } from './completion-plan.ts'
import { spellings } from './description.ts'
import type { OptionDescription, ProgramDescription } from './description.ts'

/** A script to be sourced. */
export function bashCompletion(program: ProgramDescription): string {
  const plan = planCompletion(program)
  const { functionName: fn } = plan
  return `# Completion of ${plan.program} for bash. Source it, or write it to ~/.local/share/bash-completion/completions/${plan.program}.
${fn}() {
  local line="\${COMP_LINE:0:COMP_POINT}" cur= word previous= command= skip= words= options=
  # What bash takes for a word ends at = and :, ours at blanks alone.
  local -a typed
  read -a typed <<< "$line"
  if [[ $line != *[[:space:]] || $line == *\\\\[[:space:]] ]]; then
    cur="\${typed[\${#typed[@]} - 1]}"
    unset "typed[\${#typed[@]} - 1]"
  fi
  for word in "\${typed[@]:1}"; do
    previous="$word"
    if [[ -n $skip ]]; then skip=; continue; fi
    case "$word" in
      ${plan.valueSpellings.join(' | ') || "''"}) skip=1 ;;
      -*) ;;
      *) [[ -n $command ]] || command="$word" ;;
    esac
  done
  COMPREPLY=()
  if [[ -n $skip ]]; then
    case "$previous" in
${plan.offers.map(offer).join('\n')}
      *) return ;;
    esac
  else
    options=${quote(plan.options.flatMap(spellings).join(' '))}
    case "$command" in
      '') words=${quote(plan.commands.map(({ word }) => word).join(' '))} ;;
${plan.after.map((after) => afterCommand(after)).join('\n')}
    esac
    [[ $cur == -* ]] && words="$options"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
  # Readline replaces only what follows the last =.
  if [[ $cur == *=* && $COMP_WORDBREAKS == *=* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*=}"}"}")
  fi
}
complete -F ${fn} ${plan.program}
`
}

function offer(option: OptionDescription): string {
  const { takes } = option
  const pattern = spellings(option).join(' | ')
  if (takes === 'file' || takes === 'folder') {
    const kind = takes === 'file' ? '-f' : '-d'
    return `      ${pattern})
        compopt -o filenames 2> /dev/null
        local IFS=$'\\n'
        COMPREPLY=($(compgen ${kind} -- "$cur"))
        return ;;`
  }
  return `      ${pattern}) words=${quote((takes ?? []).join(' '))} ;;`
}

function afterCommand({ command, words, options }: CompletionPlan['after'][number]): string {
  const own = options.flatMap(spellings).join(' ')
  return [
    `      ${command})`,
    ...(words.length === 0 ? [] : [`        words=${quote(words.map(({ word }) => word).join(' '))}`]),
    ...(own === '' ? [] : [`        options="$options ${own}"`]),
    '        ;;',
  ].join('\n')
}
