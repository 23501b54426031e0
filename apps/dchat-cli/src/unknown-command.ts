/** What to say to a word that names no command and no method. */
import { nearestName } from '@dchat/system'

export interface KnownNames {
  readonly commands: readonly string[]
  /** Of the daemon, as `group.verb` or one word. */
  readonly methods: readonly string[]
}

/**
 * What was meant: the nearest name, or all methods of the group that `name` is or begins with.
 * @param next the word after it, which may be a verb of that group
 */
export function adviceFor(name: string, next: string | undefined, { commands, methods }: KnownNames): string {
  const groups = new Set(methods.flatMap((method) => groupOf(method) ?? []))
  const nearest = groups.has(name) ? name : nearestName(name, [...commands, ...methods, ...groups])
  if (nearest !== undefined && !groups.has(nearest)) return `did you mean ${nearest}?`
  const group = nearest ?? groupOf(name) ?? ''
  const verb = methods.find((method) => method === `${group}.${next}`)
  if (verb !== undefined) return `did you mean ${verb}?`
  const members = methods.filter((method) => groupOf(method) === group)
  if (members.length > 0) return `the methods of ${group} are ${listed(members)}`
  return '"dchat-cli methods" lists those there are; one of a newer daemon is called by "dchat-cli rpc"'
}

/** `bans` of `bans.list`; undefined of a name without a point. */
function groupOf(name: string): string | undefined {
  const point = name.indexOf('.')
  return point === -1 ? undefined : name.slice(0, point)
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
