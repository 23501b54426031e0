/** What people read of an error that is data. */

/** `text` with the code and its fields behind it: `ping is too late (NET_PONG_MISSING channelId=7 timeoutMs=15000)`. */
export function errorText(text: string, code: string, data: object): string {
  const fields = Object.entries(data)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ')
  return `${text} (${code} ${fields})`
}
