/** What answers are put together from. One character per byte; names go into the names of answers. */

type Named = readonly (readonly [name: string, text: string])[]

export interface Framing {
  readonly name: string
  /** Header lines. */
  readonly headers: string
  /** The body as sent. */
  readonly wire: string
  /** The body as meant. */
  readonly body: string
}

export const STATUS_LINES: Named = [
  ['200', 'HTTP/1.1 200 OK'],
  ['200 without a reason', 'HTTP/1.1 200 '],
  ['200 without the space before its reason', 'HTTP/1.1 200'],
  ['200 with a reason of many words', `HTTP/1.1 200 ${'all is well '.repeat(40)}`],
  ['201 with a tab in its reason', 'HTTP/1.1 201 Created\there'],
  ['226 with a reason in UTF-8', 'HTTP/1.1 226 gr\u00c3\u00bc\u00c3\u009fe'],
  ['299', 'HTTP/1.1 299 Odd'],
  ['302', 'HTTP/1.1 302 Found'],
  ['404', 'HTTP/1.1 404 Not Found'],
  ['429 with digits in its reason', 'HTTP/1.1 429 999 0'],
  ['500', 'HTTP/1.1 500 Internal Server Error'],
  ['503', 'HTTP/1.1 503 Service Unavailable'],
  ['799', 'HTTP/1.1 799 What'],
  ['999', 'HTTP/1.1 999 '],
]

export const HEADERS: Named = [
  ['', ''],
  ['the headers of a usual server', usualHeaders()],
  ['three cookies', 'Set-Cookie: a=b; Path=/\r\n'.repeat(3)],
  ['a header without a value', 'X-Empty:\r\n'],
  ['a header of blanks', 'X-Blank: \t \t\r\n'],
  ['blanks around a value', 'X-Tab:\t a\tb \t\r\n'],
  ['a value in UTF-8', 'X-Name: \u00e2\u0082\u00ac\r\n'],
  ['a value of every visible byte', `X-All: ${bytesFrom(0x20, 0x7e)}${bytesFrom(0x80, 0xff)}\r\n`],
  ['a name of every byte of names', "!#$%&'*+-.^_`|~09azAZ: 1\r\n"],
  ['a name of one letter', 'x:y\r\n'],
  ['a value that looks like a header', 'X-A: Content-Length: 99\r\n'],
  ['a name that begins like Content-Length', 'Content-Length-Of-It: 99\r\n'],
  ['a name that ends like Transfer-Encoding', 'X-Transfer-Encoding: chunked\r\n'],
  ['a name as long as Content-Length', 'Content-Lengt\u0068x: 99\r\n'],
  ['a long value', `X-Long: ${'v'.repeat(2_000)}\r\n`],
  ['a gzipped body', 'Content-Encoding: gzip\r\n'],
  ['its end announced', 'Connection: close\r\n'],
  ['its end announced in a list', 'Connection: foo ,\t CLOSE\r\n'],
  ['its end announced in the second line', 'Connection: foo\r\nConnection: close\r\n'],
  ['its end announced, and keep-alive', 'Connection: keep-alive, close\r\n'],
  ['keep-alive', 'Connection: Keep-Alive\r\nKeep-Alive: timeout=5, max=100\r\n'],
]

export const FRAMINGS: readonly Framing[] = [
  framing('an empty body', 'Content-Length: 0', ''),
  framing('a body of given length', 'Content-Length: 5', 'hello'),
  framing(
    'a body of zeros and bytes beyond ASCII',
    'content-length:7',
    '\u0000\u0001\u007f\u0080\u00ff\r\n',
  ),
  framing('a length among blanks', 'Content-Length: \t 12\t ', 'a\r\n\r\nb\n\nc\r\n\r'),
  framing('a length with leading zeros', 'Content-Length: 00019', 'HTTP/1.1 200 OK\r\n\r\n'),
  framing('the last chunk alone', 'Transfer-Encoding: chunked', '0\r\n\r\n', ''),
  framing('one chunk', 'Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n', 'hello'),
  framing(
    'chunks with extensions',
    'transfer-encoding:CHUNKED',
    '1;a=b\r\nh\r\n000a;x\r\n0123456789\r\nB;q="a\\";b";r\r\n\r\n0\r\n\r\n5\r\n5\r\n0;last\r\n\r\n',
    'h0123456789\r\n0\r\n\r\n5\r\n5',
  ),
  framing(
    'chunks and trailers',
    'Trailer: X-Sum\r\nTransfer-Encoding: chunked',
    '3\r\nabc\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n',
    'abc',
  ),
  framing(
    'gzip in chunks',
    'Transfer-Encoding: gzip, chunked',
    '3\r\n\u001f\u008b\u0008\r\n00\r\n\r\n',
    '\u001f\u008b\u0008',
  ),
  framing('another coding up to the close', 'Transfer-Encoding: gzip', 'bytes\r\n\r\n'),
  framing('a body up to the close', 'X-Until: close', 'everything\r\n0\r\n\r\n'),
  framing('nothing up to the close', 'X-Until: close', ''),
]

export const INTERIMS: Named = [
  ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['100 without a reason', 'HTTP/1.1 100 \r\n\r\n'],
  ['103', 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'],
  ['100 and 103', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'],
  ['102 three times', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)],
  ['199 with headers', `HTTP/1.1 199 Odd\r\n${usualHeaders()}\r\n`],
]

export const BAD_STATUS_LINES: Named = [
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2'],
  ['an empty line first', '\r\nHTTP/1.1 200 OK'],
  ['a line feed first', '\nHTTP/1.1 200 OK'],
  ['a space first', ' HTTP/1.1 200 OK'],
  ['a NUL first', '\u0000HTTP/1.1 200 OK'],
  ['a byte order mark first', '\u00ef\u00bb\u00bfHTTP/1.1 200 OK'],
  ['HTTP/0.9', '<p>hello</p>'],
  ['HTTP/0.9 by name', 'HTTP/0.9 200 OK'],
  ['HTTP/1.2', 'HTTP/1.2 200 OK'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK'],
  ['HTTP/1.10', 'HTTP/1.10 200 OK'],
  ['HTTP/1 without a minor version', 'HTTP/1 200 OK'],
  ['HTTP in small letters', 'http/1.1 200 OK'],
  ['ICY', 'ICY 200 OK'],
  ['RTSP', 'RTSP/1.0 200 OK'],
  ['a request', 'GET / HTTP/1.1'],
  ['no status', 'HTTP/1.1 '],
  ['a status of two digits', 'HTTP/1.1 20 OK'],
  ['a status of four digits', 'HTTP/1.1 2000 OK'],
  ['a status with a letter', 'HTTP/1.1 2x0 OK'],
  ['a status below 100', 'HTTP/1.1 099 OK'],
  ['a negative status', 'HTTP/1.1 -20 OK'],
  ['a status right before its reason', 'HTTP/1.1 200OK'],
  ['a tab before the status', 'HTTP/1.1\t200 OK'],
  ['a tab after the status', 'HTTP/1.1 200\tOK'],
  ['two spaces before the status', 'HTTP/1.1  200 OK'],
  ['no space before the status', 'HTTP/1.1200 OK'],
  ['a NUL in the reason', 'HTTP/1.1 200 O\u0000K'],
  ['a control character in the reason', 'HTTP/1.1 200 O\u0001K'],
  ['a DEL in the reason', 'HTTP/1.1 200 O\u007fK'],
  ['a CR in the reason', 'HTTP/1.1 200 O\rK'],
  ['a reason that ends in LF alone', 'HTTP/1.1 200 OK\nX-A: 1'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols'],
]

/** Header lines that spoil an answer wherever they stand in it. */
export const BAD_HEADERS: Named = [
  ['a space before the colon', 'X-A : 1'],
  ['a tab before the colon', 'X-A\t: 1'],
  ['a space in a header name', 'X A: 1'],
  ['a header without a name', ': 1'],
  ['a header without a colon', 'X-A'],
  ['a folded header', 'X-A: 1\r\n 2'],
  ['a header folded by a tab', 'X-A: 1\r\n\t2'],
  ['a fold of blanks alone', 'X-A: 1\r\n  '],
  ['a space before a header', ' X-A: 1'],
  ['a header name beyond ASCII', 'X-\u00e9: 1'],
  ['a header name in UTF-8', '\u00c3\u00a9: 1'],
  ['a NUL in a header name', 'X\u0000A: 1'],
  ['a quoted header name', '"X-A": 1'],
  ['a header name in brackets', 'X[A]: 1'],
  ['a NUL in a header', 'X-A: 1\u00002'],
  ['a NUL at the end of a header', 'X-A: 1\u0000'],
  ['a DEL in a header', 'X-A: 1\u007f2'],
  ['a form feed in a header', 'X-A: 1\u000c2'],
  ['an escape in a header', 'X-A: \u001b[1m'],
  ['a CR within a header', 'X-A: 1\r2'],
  ['two CRs after a header', 'X-A: 1\r'],
  ['a CR before a fold', 'X-A: 1\r\r 2'],
  ['a header that ends in LF alone', 'X-A: 1\nX-B: 2'],
  ['a header name that ends in LF', 'X-A\n: 1'],
]

/** Headers that say where the body ends, and may not say it so. */
export const BAD_FRAMING_HEADERS: Named = [
  ['a length of letters', 'Content-Length: two'],
  ['a negative length', 'Content-Length: -2'],
  ['a length with a sign', 'Content-Length: +2'],
  ['a length with a fraction', 'Content-Length: 2.0'],
  ['a length with an exponent', 'Content-Length: 2e0'],
  ['a hexadecimal length', 'Content-Length: 0x2'],
  ['a length with a separator', 'Content-Length: 2_0'],
  ['a quoted length', 'Content-Length: "2"'],
  ['an empty length', 'Content-Length:'],
  ['a length of blanks', 'Content-Length: \t '],
  ['a length with a blank inside', 'Content-Length: 2 2'],
  ['a length with a semicolon', 'Content-Length: 2;'],
  ['a length in digits of another script', 'Content-Length: \u00d9\u00a2'],
  ['a length too large to count', 'Content-Length: 9999999999999999999999'],
  ['a length that wraps around to two', 'Content-Length: 18446744073709551618'],
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
  ['the same length twice', 'Content-Length: 2\r\ncontent-length: 2'],
  ['a list of lengths', 'Content-Length: 2, 2'],
  ['a length and an empty one', 'Content-Length: 2\r\nContent-Length:'],
  ['a folded length', 'Content-Length: 2\r\n 3'],
  ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
  ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 2'],
  ['a length and another coding', 'Content-Length: 2\r\nTransfer-Encoding: gzip'],
  ['another coding and a length', 'Transfer-Encoding: gzip\r\nContent-Length: 2'],
  ['chunked before another coding', 'Transfer-Encoding: chunked, gzip'],
  ['chunked twice', 'Transfer-Encoding: chunked, chunked'],
  ['chunked in each of two lines', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
  ['codings in two lines', 'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked'],
  ['no transfer coding', 'Transfer-Encoding:'],
  ['chunked after an empty element', 'Transfer-Encoding: , chunked'],
  ['chunked before an empty element', 'Transfer-Encoding: chunked ,'],
  ['an empty element between codings', 'Transfer-Encoding: gzip, ,chunked'],
  ['a transfer coding of commas', 'Transfer-Encoding: ,,'],
  ['chunked before a tab', 'Transfer-Encoding: chunked\t'],
  ['chunked after a tab', 'Transfer-Encoding:\tchunked'],
  ['chunked with a parameter', 'Transfer-Encoding: chunked;q=1'],
  ['chunked and a control character', 'Transfer-Encoding: chunked\u000b'],
  ['chunked and a space that is not ASCII', 'Transfer-Encoding: chunked\u00a0'],
  ['chunked in quotes', 'Transfer-Encoding: "chunked"'],
  ['two codings without a comma', 'Transfer-Encoding: gzip chunked'],
]

/** Bodies of `Transfer-Encoding: chunked`. */
export const BAD_CHUNKS: Named = [
  ['a chunk size that is no number', 'x\r\nhello\r\n0\r\n\r\n'],
  ['an empty chunk size', '\r\nhello\r\n0\r\n\r\n'],
  ['a negative chunk size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with h', '5h\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size too large to count', 'fffffffffffffffff\r\n'],
  ['a chunk size that wraps around', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a space before a chunk size', ' 5\r\nhello\r\n0\r\n\r\n'],
  ['a space after a chunk size', '5 \r\nhello\r\n0\r\n\r\n'],
  ['a tab after a chunk size', '5\t\r\nhello\r\n0\r\n\r\n'],
  ['a space before a chunk extension', '5 ;a\r\nhello\r\n0\r\n\r\n'],
  ['a space in a chunk extension', '5; a\r\nhello\r\n0\r\n\r\n'],
  ['a chunk that is longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
  ['a chunk that is shorter than its size', '5\r\nhel\r\n0\r\n\r\n0\r\n\r\n'],
  ['a chunk without its line break', '5\r\nhello0\r\n\r\n'],
  ['a chunk size that ends in LF alone', '5\nhello\r\n0\r\n\r\n'],
  ['a chunk size that ends in CR alone', '5\rhello\r\n0\r\n\r\n'],
  ['a chunk that ends in LF alone', '5\r\nhello\n0\r\n\r\n'],
  ['a chunk that ends in CR alone', '5\r\nhello\r0\r\n\r\n'],
  ['a last chunk that ends in LF alone', '0\n\r\n'],
  ['an end of chunks in LF alone', '0\r\n\n'],
  ['a CR before the end of chunks', '0\r\n\r\r\n'],
  ['a control character in a chunk extension', '5;\u0001\r\nhello\r\n0\r\n\r\n'],
  ['an LF in a chunk extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
  ['an LF in a quoted chunk extension', '5;a="\n"\r\nhello\r\n0\r\n\r\n'],
  ['a quoted chunk extension without its end', '5;a="b\r\nhello\r\n0\r\n\r\n'],
  ['a chunk extension without a name', '5;\r\nhello\r\n0\r\n\r\n'],
  ['a chunk extension without its value', '5;a=\r\nhello\r\n0\r\n\r\n'],
  ['a chunk extension that is too long', `5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`],
  ['a trailer without a colon', '0\r\nX-A\r\n\r\n'],
  ['a trailer without a name', '0\r\n: 1\r\n\r\n'],
  ['a folded trailer', '0\r\nX-A: 1\r\n 2\r\n\r\n'],
  ['a space before the colon of a trailer', '0\r\nX-A : 1\r\n\r\n'],
  ['a length among the trailers', '0\r\nContent-Length: 1\r\n\r\n'],
  ['a transfer coding among the trailers', '0\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['the end of the connection among the trailers', '0\r\nConnection: close\r\n\r\n'],
  ['a NUL in a trailer', '0\r\nX-A: \u0000\r\n\r\n'],
  ['a trailer that ends in LF alone', '0\r\nX-A: 1\n\r\n'],
  ['too many trailers', `0\r\n${'X-A: 1\r\n'.repeat(300)}\r\n`],
  ['trailers that are too long', `0\r\nX-A: ${'v'.repeat(70_000)}\r\n\r\n`],
]

function framing(name: string, headers: string, wire: string, body = wire): Framing {
  return { name, headers: `${headers}\r\n`, wire, body }
}

function usualHeaders(): string {
  const lines = [
    'Server: nginx/1.22.1',
    'Date: Sat, 21 Nov 2026 12:00:00 GMT',
    'Content-Type: text/plain; charset=utf-8',
    'X-Pod: web-7d9c5-abcde',
    'ETag: "5f3-2"',
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

function bytesFrom(first: number, last: number): string {
  return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, at) => first + at))
}
