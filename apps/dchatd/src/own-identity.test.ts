import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BoxKeys, RoomKeyRing, newIdentity, newRoomSecret, openIdentity, roomKeysOf } from '@dchat/chat'
import { RelayStage } from '@dchat/chat/testing'
import { silentLogger } from '@dchat/system'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OwnIdentity } from './own-identity.ts'

const PASSPHRASE = 'correct horse battery'

let folder: string
let stage: RelayStage
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-own-'))
  stage = await RelayStage.open()
})
afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** What a node on one machine has of an identity. */
class Machine implements AsyncDisposable {
  readonly path: string
  readonly ring: RoomKeyRing
  readonly boxKeys: BoxKeys
  readonly own: OwnIdentity

  private constructor(name: string) {
    this.path = join(folder, name)
    const identity = openIdentity(join(this.path, 'identity.key'))
    const { store, posts, clock } = stage
    this.ring = RoomKeyRing.open(join(this.path, 'room-keys'), { identity: identity.keyHex })
    const deps = { store, posts, clock, logger: silentLogger, identity: identity.keyHex }
    this.boxKeys = new BoxKeys(join(this.path, 'box-keys'), deps)
    this.own = new OwnIdentity(identity, { path: join(this.path, 'identity.key'), boxKeys: this.boxKeys, ring: this.ring })
  }

  static async start(name: string): Promise<Machine> {
    const machine = new Machine(name)
    await machine.boxKeys.start()
    return machine
  }

  get live(): string[] {
    return this.boxKeys.live().map(({ publicKey }) => publicKey.toString('hex'))
  }

  get rooms(): string[] {
    return this.ring.rooms().map(({ keys, name, author }) => `${keys.id} ${name} ${author.keyHex}`)
  }

  addRoom(name: string): void {
    this.ring.add({ keys: roomKeysOf(newRoomSecret()), name, author: newIdentity(), since: stage.nowMs })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.boxKeys.stop()
  }
}

const chatError = (code: string): unknown => expect.objectContaining({ code })

describe('an identity that is brought to another machine', () => {
  test('has its box keys and private rooms there from the next start on, beside those of before', async () => {
    await using old = await Machine.start('old')
    old.addRoom('crew')
    const data = await old.own.export(PASSPHRASE)
    const before = await Machine.start('new')
    before.addRoom('elsewhere')
    const { live, rooms } = before
    await before.own.import(data, PASSPHRASE)
    await before.own.import(data, PASSPHRASE)
    expect([before.own.nextKey, before.live, before.rooms]).toEqual([old.own.key, live, rooms])
    await before.boxKeys.stop()

    await using after = await Machine.start('new')
    expect([after.own.key, after.live, after.rooms]).toEqual([old.own.key, old.live, old.rooms])
    // Back again, all of before is there.
    const [kept] = readdirSync(after.path).filter((name) => name.startsWith('identity.key.before-'))
    await after.boxKeys.stop()
    writeFileSync(join(after.path, 'identity.key'), readFileSync(join(after.path, kept!)))
    await using again = await Machine.start('new')
    expect([again.live, again.rooms]).toEqual([live, rooms])
  })

  test('is not taken, and neither are its keys, with another passphrase', async () => {
    await using old = await Machine.start('old')
    const data = await old.own.export(PASSPHRASE)
    await using other = await Machine.start('new')
    const before = readFileSync(join(other.path, 'box-keys'), 'utf8')
    await expect(other.own.import(data, 'another passphrase')).rejects.toThrow(chatError('CHAT_PASSPHRASE_WRONG'))
    expect([other.own.nextKey, readFileSync(join(other.path, 'box-keys'), 'utf8')]).toEqual([null, before])
    expect(existsSync(join(other.path, 'room-keys'))).toBe(false)
  })

  test('is not taken when its keys cannot be written', async () => {
    await using old = await Machine.start('old')
    const data = await old.own.export(PASSPHRASE)
    await using other = await Machine.start('new')
    rmSync(other.path, { recursive: true })
    writeFileSync(other.path, '')
    await expect(other.own.import(data, PASSPHRASE)).rejects.toThrow(chatError('CHAT_KEYS_UNWRITABLE'))
    expect(other.own.nextKey).toBeNull()
  })
})

test('an export is made of what there is at that moment, and read where there is nothing yet', async () => {
  await using machine = await Machine.start('one')
  const data = await machine.own.export(PASSPHRASE)
  await machine.own.import(data, PASSPHRASE)
  expect(machine.own.nextKey).toBeNull()
  await expect(machine.own.export('short')).rejects.toThrow(chatError('CHAT_PASSPHRASE_SHORT'))
})
