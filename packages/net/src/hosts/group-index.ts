/** The addresses of a list by network group, so that a choice by group costs no walk through the list. */

/** What an entry tells of its group; `place` is the index's own. */
export interface Grouped {
  readonly group: string
  place: number
}

/** A network group that has members, in no useful order. */
export interface GroupMembers<E> {
  readonly name: string
  readonly members: readonly E[]
}

interface Group<E> {
  readonly name: string
  readonly members: E[]
  place: number
}

/** Adding and removing cost O(1). Bounded by the list it indexes: each entry is in once. */
export class GroupIndex<E extends { readonly value: Grouped }> {
  readonly #byName = new Map<string, Group<E>>()
  readonly #groups: Group<E>[] = []

  /** Every group, in no useful order. */
  get groups(): readonly GroupMembers<E>[] {
    return this.#groups
  }

  /** The members of a group, in no useful order. */
  membersOf(name: string): readonly E[] {
    return this.#byName.get(name)?.members ?? []
  }

  /** @param entry - one that is not in yet. */
  add(entry: E): void {
    const { value } = entry
    let group = this.#byName.get(value.group)
    if (group === undefined) {
      group = { name: value.group, members: [], place: this.#groups.length }
      this.#byName.set(value.group, group)
      this.#groups.push(group)
    }
    value.place = group.members.push(entry) - 1
  }

  /** @param entry - one that was added. */
  remove(entry: E): void {
    const { group: name, place } = entry.value
    const group = this.#byName.get(name)!
    const last = group.members.pop()!
    if (last !== entry) {
      group.members[place] = last
      last.value.place = place
    }
    if (group.members.length > 0) return
    this.#byName.delete(name)
    const lastGroup = this.#groups.pop()!
    if (lastGroup === group) return
    this.#groups[group.place] = lastGroup
    lastGroup.place = group.place
  }
}
