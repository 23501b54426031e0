/** What the build made of the page. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NET_PAGE } from '@dchat/net-page'

/** Bytes: a page that is read over any link in a moment, and that somebody can read through in an hour. */
const BUDGET = { plain: 40_000, packed: 14_000 }

test('it keeps its budget', () => {
  expect(NET_PAGE.html.length).toBeLessThan(BUDGET.plain)
  expect(gzipSync(NET_PAGE.html).length).toBeLessThan(BUDGET.packed)
})

test('its policy names what runs by its hash, and lets nothing else in', () => {
  const hashes = Array.from(NET_PAGE.html.matchAll(/<(script|style)>([^]*?)<\/\1>/gu), ([, tag, text]) => {
    return `${tag}-src 'sha256-${createHash('sha256').update(text!).digest('base64')}'`
  })
  expect(hashes).toHaveLength(2)
  expect(NET_PAGE.policy.split('; ').toSorted()).toEqual(
    [
      ...hashes,
      `base-uri 'none'`,
      `connect-src 'self'`,
      `default-src 'none'`,
      `form-action 'none'`,
      `frame-ancestors 'none'`,
      `img-src data:`,
      `require-trusted-types-for 'script'`,
      `trusted-types 'none'`,
    ].toSorted(),
  )
})

test('nothing in it is run from its markup, loaded, or read as markup', () => {
  expect(NET_PAGE.html).not.toMatch(
    /\son[a-z]+=["']|\sstyle=|\ssrc=|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/u,
  )
  expect(NET_PAGE.html.replaceAll(/http:\/\/www\.w3\.org\/2000\/svg/gu, '')).not.toMatch(/https?:\/\//u)
})
