/** Of a URL as it was given: `http://` may be missing. */
export function placeOf(url: string): { host: string; port: string; path: string } {
  const parsed = URL.parse(url.includes('://') ? url : `http://${url}`)
  const { protocol = '', hostname = url, port = '', pathname = '', search = '' } = parsed ?? {}
  return {
    host: hostname,
    port: port === '' ? (protocol === 'https:' ? '443' : '80') : port,
    path: `${pathname}${search}`,
  }
}
