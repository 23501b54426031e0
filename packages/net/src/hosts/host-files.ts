/** Keeps host lists, bans and anchors over restarts. Facts: docs/node.md, *Hosts*, File. */
import type { Logger } from '@dchat/system'
import type { Settings } from '../settings.ts'
import { loadAnchors, saveAnchors } from './anchors-file.ts'
import type { SavedAnchors } from './anchors-file.ts'
import type { Anchors } from './anchors.ts'
import type { BanList } from './ban-list.ts'
import { loadBans, saveBans } from './bans-file.ts'
import type { SavedBans } from './bans-file.ts'
import { HostColor } from './host-color.ts'
import type { HostContainer } from './host-container.ts'
import { loadHostlist, saveHostlist, SAVED_COLORS } from './hostlist-file.ts'
import type { Hostlist, HostlistLine } from './hostlist-file.ts'
import { StateFile } from './state-file.ts'

export interface HostFilesDeps {
  readonly settings: Pick<Settings, 'anchorsPath' | 'bansPath' | 'hostlistPath'>
  readonly container: HostContainer
  readonly bans: BanList
  readonly anchors: Anchors
  readonly logger: Logger
  /** Lines that are not taken over. */
  readonly isUnwanted: (line: HostlistLine) => boolean
}

type AnyStateFile = Pick<StateFile<Hostlist>, 'read' | 'save'>

/** Loads once, saves what changed since, one write at a time. */
export class HostFiles {
  readonly #logger: Logger
  /** Bans first: banned hosts are not taken over from the host list. */
  readonly #files: readonly AnyStateFile[]
  #loading: Promise<void> | undefined
  #isLoaded = false
  #saving: Promise<void> | undefined
  #nextSave: Promise<void> | undefined

  constructor(deps: HostFilesDeps) {
    this.#logger = deps.logger
    this.#files = [banFile(deps), hostlistFile(deps), anchorFile(deps)].filter((file) => file !== undefined)
  }

  /**
   * Loads every file the first time it is called; a missing one is an empty one, bad lines are skipped.
   * @throws NetError NET_HOSTLIST_UNREADABLE; it may be called again then.
   */
  async load(): Promise<void> {
    this.#loading ??= this.#loadAll()
    try {
      await this.#loading
    } catch (error) {
      this.#loading = undefined
      throw error
    }
  }

  /** Nothing is taken over before every file has been read. */
  async #loadAll(): Promise<void> {
    const takers: (() => void)[] = []
    for (const file of this.#files) takers.push(await file.read())
    for (const take of takers) take()
    this.#isLoaded = true
  }

  /**
   * Writes what has changed since the last save; what is there when it is called is on disk when it resolves.
   * Calls during a write share one that follows it. Does nothing before `load` has succeeded.
   * @throws NetError NET_HOSTLIST_UNWRITABLE; the change is written by the next save.
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
    const saving = this.#saveAll().finally(() => {
      if (this.#saving === saving) this.#saving = undefined
    })
    this.#saving = saving
    return saving
  }

  async #saveAll(): Promise<void> {
    if (!this.#isLoaded) return
    const results = await Promise.allSettled(this.#files.map((file) => file.save()))
    const [first, ...others] = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown)
    for (const error of others) this.#logger.error('State of hosts not saved', { error })
    if (first !== undefined) throw first
  }
}

function banFile({ settings, bans, logger }: HostFilesDeps): AnyStateFile | undefined {
  if (settings.bansPath === undefined) return undefined
  return new StateFile<SavedBans>(
    {
      path: settings.bansPath,
      skippedText: 'Ban lines skipped',
      revision: () => bans.revision,
      read: loadBans,
      take: (read) => {
        bans.load(read.bans)
        return true
      },
      write: (path) => saveBans(path, bans.saved()),
    },
    { logger },
  )
}

/** A file with black lines, which are never written, is to be replaced by one without. */
function hostlistFile({ settings, container, isUnwanted, logger }: HostFilesDeps): AnyStateFile | undefined {
  if (settings.hostlistPath === undefined) return undefined
  const isKept = (line: HostlistLine): boolean =>
    !isUnwanted(line) && container.store(line.color, line.url, line.lastSeenSec) && line.color !== HostColor.Black
  const lines = (color: HostColor): HostlistLine[] => container.entries(color).map((entry) => ({ color, ...entry }))
  return new StateFile<Hostlist>(
    {
      path: settings.hostlistPath,
      skippedText: 'Host list lines skipped',
      revision: () => container.revision,
      read: loadHostlist,
      take: (read) => read.lines.filter((line) => !isKept(line)).length === 0,
      write: (path) => saveHostlist(path, SAVED_COLORS.flatMap(lines)),
    },
    { logger },
  )
}

function anchorFile({ settings, anchors, logger }: HostFilesDeps): AnyStateFile | undefined {
  if (settings.anchorsPath === undefined) return undefined
  return new StateFile<SavedAnchors>(
    {
      path: settings.anchorsPath,
      skippedText: 'Anchor lines skipped',
      revision: () => anchors.revision,
      read: loadAnchors,
      take: (read) => {
        anchors.set(read.urls)
        return true
      },
      write: (path) => saveAnchors(path, anchors.urls),
    },
    { logger },
  )
}
