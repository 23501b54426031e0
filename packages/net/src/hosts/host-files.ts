/** Keeps host lists and bans over restarts. Facts: docs/node.md, *Hosts*, File. */
import type { Logger } from '@dchat/system'
import type { Settings } from '../settings.ts'
import type { BanList } from './ban-list.ts'
import { loadBans, saveBans } from './bans-file.ts'
import type { HostContainer } from './host-container.ts'
import { loadHostlist, saveHostlist, SAVED_COLORS } from './hostlist-file.ts'
import type { HostlistLine } from './hostlist-file.ts'

export interface HostFilesDeps {
  readonly settings: Pick<Settings, 'hostlistPath' | 'bansPath'>
  readonly container: HostContainer
  readonly bans: BanList
  readonly logger: Logger
  /** Lines that are not taken over. */
  readonly isUnwanted: (line: HostlistLine) => boolean
}

/** Loads once, saves what changed since, one write at a time. */
export class HostFiles {
  readonly #deps: HostFilesDeps
  #loading: Promise<void> | undefined
  #isLoaded = false
  /** The revisions that are on disk. */
  #savedLists = -1
  #savedBans = -1
  #saving: Promise<void> | undefined
  #nextSave: Promise<void> | undefined

  constructor(deps: HostFilesDeps) {
    this.#deps = deps
  }

  /**
   * Loads both files the first time it is called; a missing file is an empty one, bad lines are skipped.
   * @throws {NetError} NET_HOSTLIST_UNREADABLE; it may be called again then.
   */
  async load(): Promise<void> {
    this.#loading ??= this.#loadBoth()
    try {
      await this.#loading
    } catch (error) {
      this.#loading = undefined
      throw error
    }
  }

  async #loadBoth(): Promise<void> {
    const { settings, container, bans, isUnwanted } = this.#deps
    const savedBans = settings.bansPath === undefined ? undefined : await loadBans(settings.bansPath)
    const hostlist = settings.hostlistPath === undefined ? undefined : await loadHostlist(settings.hostlistPath)
    const revisions = { bans: bans.revision, lists: container.revision }
    if (savedBans !== undefined) {
      bans.load(savedBans.bans)
      this.#warn('Ban lines skipped', { path: settings.bansPath, ...savedBans })
      if (savedBans.badLines === 0 && revisions.bans === 0) this.#savedBans = bans.revision
    }
    if (hostlist !== undefined) {
      for (const line of hostlist.lines) if (!isUnwanted(line)) container.store(line.color, line.url, line.lastSeenSec)
      this.#warn('Host list lines skipped', { path: settings.hostlistPath, ...hostlist })
      if (hostlist.badLines === 0 && revisions.lists === 0) this.#savedLists = container.revision
    }
    this.#isLoaded = true
  }

  #warn(message: string, { path, badLines, isCut }: { path: string | undefined; badLines: number; isCut: boolean }): void {
    if (badLines > 0 || isCut) this.#deps.logger.warn(message, { path, badLines, isCut })
  }

  /**
   * Writes what has changed since the last save; what is there when it is called is on disk when it resolves.
   * Calls during a write share one that follows it. Does nothing before `load` has succeeded.
   * @throws {NetError} NET_HOSTLIST_UNWRITABLE; the change is written by the next save.
   */
  save(): Promise<void> {
    if (this.#saving === undefined) return this.#begin()
    this.#nextSave ??= this.#saving.then(
      () => this.#begin(),
      () => this.#begin(),
    )
    return this.#nextSave
  }

  #begin(): Promise<void> {
    this.#nextSave = undefined
    const saving = this.#saveBoth().finally(() => {
      if (this.#saving === saving) this.#saving = undefined
    })
    this.#saving = saving
    return saving
  }

  async #saveBoth(): Promise<void> {
    if (!this.#isLoaded) return
    const results = await Promise.allSettled([this.#saveLists(), this.#saveBans()])
    const errors = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown)
    if (errors.length === 2) this.#deps.logger.error('Bans not saved', { error: errors[1] })
    if (errors.length > 0) throw errors[0]
  }

  async #saveLists(): Promise<void> {
    const { container, settings } = this.#deps
    const { revision } = container
    if (settings.hostlistPath === undefined || revision === this.#savedLists) return
    const lines = SAVED_COLORS.flatMap((color) => container.entries(color).map((entry) => ({ color, ...entry })))
    await saveHostlist(settings.hostlistPath, lines)
    this.#savedLists = revision
  }

  async #saveBans(): Promise<void> {
    const { bans, settings } = this.#deps
    const { revision } = bans
    if (settings.bansPath === undefined || revision === this.#savedBans) return
    await saveBans(settings.bansPath, bans.saved())
    this.#savedBans = revision
  }
}
