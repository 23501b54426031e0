import { describe, expect, test } from 'vitest'
import { allTexts, fillPosts, line, newPost, ownLine } from './testing/builders.ts'
import { storeOnSmallDisk } from './testing/small-disk.ts'

const long = 'x'.repeat(100_000)

describe('a full disk', () => {
  test('rejects who waits, tells what is lost, keeps what was there, and works again with room', async () => {
    await using disk = storeOnSmallDisk()
    const { store, logger } = disk
    await store.append(line('before'))
    const before = store.stats()
    disk.setPages(1)
    const lost: string[] = []
    store.onFailure((error, messages) => lost.push(error.code, ...messages.map((message) => message.text.slice(0, 5))))
    store.add(line('small'))
    store.add(line(`added${long}`))
    await expect(store.append(ownLine(`own  ${long}`))).rejects.toMatchObject({ code: 'STORE_FULL', data: { sqliteCode: 13 } })
    await expect(store.append(ownLine(`again${long}`))).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect(lost).toEqual(['STORE_FULL', 'small', 'added', 'own  ', 'STORE_FULL', 'again'])
    expect(allTexts(store)).toEqual(['before'])
    expect(store.stats()).toEqual(before)
    expect(logger.records.filter((record) => record.level === 'error')).toHaveLength(1)
    disk.setPages(1_000_000)
    expect(await store.append(ownLine(long))).toMatchObject({ seq: 2 })
    expect(logger.records.at(-1)).toMatchObject({ level: 'info', message: 'The message store works again', fields: { lost: 4 } })
  })

  test('a room that was new in a lost batch is stored with the next', async () => {
    await using disk = storeOnSmallDisk()
    disk.setPages(1)
    await expect(disk.store.append(line(long, { room: 'new' }))).rejects.toMatchObject({ code: 'STORE_FULL' })
    disk.setPages(1_000_000)
    await disk.store.append(line('first', { room: 'other' }))
    await disk.store.append(line('second', { room: 'new' }))
    expect(disk.store.history({ limit: 9, room: 'new' }).messages).toMatchObject([{ text: 'second', room: 'new' }])
  })

  test('holds no more than the queue, and lets feeders go on', async () => {
    await using disk = storeOnSmallDisk()
    disk.setPages(1)
    let lost = 0
    let drained = 0
    disk.store.onFailure((_, messages) => (lost += messages.length))
    disk.store.onDrain(() => (drained += 1))
    let refused = 0
    for (let count = 0; count < 400; count += 1) refused += disk.store.add(line(long)) ? 0 : 1
    await disk.store.flush()
    expect(lost).toBe(400)
    expect(refused).toBeGreaterThan(0)
    expect(drained).toBeGreaterThan(0)
  })
})

describe('a full disk and posts', () => {
  const large = 'x'.repeat(8000)
  const posts = Array.from({ length: 40 }, (_, index) => newPost(large, { author: 1 + index, room: 'new' }))

  test('posts are lost together, told, and can come again; what was there stays', async () => {
    await using disk = storeOnSmallDisk()
    const { store } = disk
    await fillPosts(store, [newPost('before')])
    const before = [store.stats(), store.posts.rooms()]
    disk.setPages(1)
    const lost: unknown[] = []
    store.posts.onFailure((error, batch) => lost.push(error.code, batch.length))
    store.posts.onSetChange(() => lost.push('a change'))
    for (const post of posts) store.posts.add(post)
    await expect(store.posts.append(newPost('and this'))).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect(lost).toEqual(['STORE_FULL', 41])
    expect([store.stats(), store.posts.rooms()]).toEqual(before)
    expect([store.posts.holds(posts[0]!.id), store.posts.keeps('new')]).toEqual([false, true])
    disk.setPages(1_000_000)
    expect(new Set((await fillPosts(store, posts)).map(({ fate }) => fate))).toEqual(new Set(['stored']))
    expect(store.posts.rooms()).toMatchObject([
      { room: 'dchat', posts: 1 },
      { room: 'new', posts: 40 },
    ])
  })

  test('a room that is joined gets its lines by joining it again once there is room', async () => {
    await using disk = storeOnSmallDisk()
    const { store } = disk
    await fillPosts(store, posts)
    const joining = store.rooms.join('new')
    disk.setPages(1)
    await expect(joining).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect(store.stats().messages).toBe(0)
    disk.setPages(1_000_000)
    expect(await store.rooms.join('new')).toBe(true)
    expect(store.stats().messages).toBe(40)
  })
})

test('a delivery noted for thousands of lines at once is bounded by writing in place', async () => {
  await using disk = storeOnSmallDisk()
  const { store } = disk
  for (let count = 0; count < 2100; count += 1) store.add(ownLine(`${count}`))
  await store.flush()
  let told = 0
  store.onDelivery(() => (told += 1))
  for (let seq = 1; seq <= 2100; seq += 1) store.setDelivery(seq, { state: 'sent', written: 1, held: 0 })
  expect(told).toBe(2048)
  await store.flush()
  expect(told).toBe(2100)
})
