import { composeAnswers } from './composed-answers.ts'
import type { CorpusAnswer } from './corpus-answer.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const LENGTH = 'Content-Length: 2\r\n\r\nok'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`

const wholes: Readonly<Record<string, string>> = {
  'HTTP/1.0': `HTTP/1.0 200 OK\r\n${LENGTH}`,
  'HTTP/1.0 up to the close': 'HTTP/1.0 200 OK\r\n\r\nbody',
  'no reason': `HTTP/1.1 200 \r\n${LENGTH}`,
  'no reason and no space': `HTTP/1.1 200\r\n${LENGTH}`,
  'a reason beyond ASCII': `HTTP/1.1 200 \u00fcber\r\n${LENGTH}`,
  'a status that nobody knows': `HTTP/1.1 799 What\r\n${LENGTH}`,
  '204 without a body': 'HTTP/1.1 204 No Content\r\n\r\n',
  '304 that gives the length of what it does not send':
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n',
  'a continue before the answer': `HTTP/1.1 100 Continue\r\n\r\n${OK}${LENGTH}`,
  'early hints before the answer': `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${OK}${LENGTH}`,
  'three interim answers': `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)}${OK}${LENGTH}`,
  'an interim answer before chunks': `HTTP/1.1 100 Continue\r\n\r\n${CHUNKED}1\r\nx\r\n0\r\n\r\n`,
  'a header without a value': `${OK}X-Empty:\r\n${LENGTH}`,
  'a header with tabs around its value': `${OK}X-Tab:\t a\tb \t\r\n${LENGTH}`,
  'header names in odd cases': `${OK}cOnTeNt-LeNgTh: 2\r\n\r\nok`,
  'a length with blanks around it': `${OK}Content-Length: \t 2 \r\n\r\nok`,
  'a length with leading zeros': `${OK}Content-Length: 0002\r\n\r\nok`,
  'header names of the length of those that count': `${OK}Content-Lengt1: x\r\nConnectio1: x\r\nTransfer-Encodin1: x\r\n${LENGTH}`,
  'a long header': `${OK}X-Long: ${'v'.repeat(9_000)}\r\n${LENGTH}`,
  'two hundred headers': `${OK}${'X-Many: 1\r\n'.repeat(200)}${LENGTH}`,
  'an odd character in a header name': `${OK}X!#$%&'*+-.^_\`|~: 1\r\n${LENGTH}`,
  'a header value beyond ASCII': `${OK}X-Name: \u00e9\u00ff\r\n${LENGTH}`,
  'the chunked coding in capitals': `${OK}Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n`,
  'only the last chunk': `${CHUNKED}0\r\n\r\n`,
  'a last chunk of many zeros': `${CHUNKED}0000000\r\n\r\n`,
  'a quoted chunk extension': `${CHUNKED}5;a="b\\"; c";d=e\r\nhello\r\n0\r\n\r\n`,
  'a chunk size in capitals': `${CHUNKED}A\r\n0123456789\r\n0\r\n\r\n`,
  'another coding up to the close': `${OK}Transfer-Encoding: gzip\r\n\r\nbytes`,
  'a coding before chunked': `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'several connection options': `${OK}Connection: foo, close\r\n${LENGTH}`,
  'a body that looks like an answer': `${OK}Content-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`,
  'a set-cookie in each of three lines': `${OK}${'Set-Cookie: a=b; Path=/\r\n'.repeat(3)}${LENGTH}`,
}

const shorts: Readonly<Record<string, string>> = {
  nothing: '',
  'half a status line': 'HTTP/1.',
  'a status line alone': OK,
  'half a header': `${OK}Content-Le`,
  'headers without their end': `${OK}Content-Length: 2\r\n`,
  'an end of headers without its last byte': `${OK}Content-Length: 0\r\n\r`,
  'a body that is too short': `${OK}Content-Length: 5\r\n\r\nhell`,
  'no body at all': `${OK}Content-Length: 5\r\n\r\n`,
  'a chunk that is too short': `${CHUNKED}5\r\nhell`,
  'a chunk without its end': `${CHUNKED}5\r\nhello`,
  'chunks without the last one': `${CHUNKED}5\r\nhello\r\n`,
  'a last chunk without its end': `${CHUNKED}0\r\n`,
  'trailers without their end': `${CHUNKED}0\r\nX-A: 1\r\n`,
  'an interim answer alone': 'HTTP/1.1 100 Continue\r\n\r\n',
}

const malformed: Readonly<Record<string, string>> = {
  'no HTTP at all': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'an empty line first': `\r\n${OK}${LENGTH}`,
  'another protocol version': `HTTP/2.0 200 OK\r\n${LENGTH}`,
  'a version that does not exist': `HTTP/1.2 200 OK\r\n${LENGTH}`,
  'HTTP/0.9': 'hello',
  'a protocol in small letters': `http/1.1 200 OK\r\n${LENGTH}`,
  'a status of two digits': `HTTP/1.1 20 OK\r\n${LENGTH}`,
  'a status of four digits': `HTTP/1.1 2000 OK\r\n${LENGTH}`,
  'a status with a letter': `HTTP/1.1 2x0 OK\r\n${LENGTH}`,
  'a status below 100': `HTTP/1.1 099 OK\r\n${LENGTH}`,
  'a switch of protocols': 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'two spaces before the status': `HTTP/1.1  200 OK\r\n${LENGTH}`,
  'a control character in the reason': `HTTP/1.1 200 O\u0001K\r\n${LENGTH}`,
  'lines that end in LF alone': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  'one line that ends in LF alone': `${OK}X-A: 1\nContent-Length: 2\r\n\r\nok`,
  'a CR within a header': `${OK}X-A: 1\r2\r\n${LENGTH}`,
  'a NUL in a header': `${OK}X-A: 1\u00002\r\n${LENGTH}`,
  'a DEL in a header': `${OK}X-A: 1\u007f2\r\n${LENGTH}`,
  'a space before the colon': `${OK}Content-Length : 2\r\n\r\nok`,
  'a space in a header name': `${OK}X A: 2\r\n${LENGTH}`,
  'a header without a name': `${OK}: 2\r\n${LENGTH}`,
  'a header without a colon': `${OK}X-A\r\n${LENGTH}`,
  'a folded header': `${OK}X-A: 1\r\n 2\r\n${LENGTH}`,
  'a space before the first header': `HTTP/1.1 200 OK\r\n X-A: 1\r\n${LENGTH}`,
  'a header name beyond ASCII': `${OK}X-\u00e9: 1\r\n${LENGTH}`,
  'a length of letters': `${OK}Content-Length: two\r\n\r\nok`,
  'a negative length': `${OK}Content-Length: -2\r\n\r\nok`,
  'a length with a sign': `${OK}Content-Length: +2\r\n\r\nok`,
  'a length with a fraction': `${OK}Content-Length: 2.0\r\n\r\nok`,
  'a hexadecimal length': `${OK}Content-Length: 0x2\r\n\r\nok`,
  'an empty length': `${OK}Content-Length:\r\n\r\nok`,
  'a length too large to count': `${OK}Content-Length: 9999999999999999999999\r\n\r\nok`,
  'a length with a blank inside': `${OK}Content-Length: 2 2\r\n\r\nok`,
  'two lengths': `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`,
  'the same length twice': `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`,
  'a list of lengths': `${OK}Content-Length: 2, 2\r\n\r\nok`,
  'a length and chunks': `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunks and a length': `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
  'chunked before another coding': `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
  'chunked twice': `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  'two transfer codings': `${CHUNKED.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'no transfer coding': `${OK}Transfer-Encoding:\r\n\r\nok`,
  'chunks in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a chunk size that is no number': `${CHUNKED}x\r\nhello\r\n0\r\n\r\n`,
  'an empty chunk size': `${CHUNKED}\r\nhello\r\n0\r\n\r\n`,
  'a negative chunk size': `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`,
  'a chunk size with 0x': `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n`,
  'a chunk size too large to count': `${CHUNKED}fffffffffffffffff\r\n`,
  'a space after a chunk size': `${CHUNKED}5 \r\nhello\r\n0\r\n\r\n`,
  'a chunk that is longer than its size': `${CHUNKED}5\r\nhello!\r\n0\r\n\r\n`,
  'a chunk that is shorter than its size': `${CHUNKED}5\r\nhel\r\n0\r\n\r\n0\r\n\r\n`,
  'a chunk size that ends in LF alone': `${CHUNKED}5\nhello\r\n0\r\n\r\n`,
  'a chunk that ends in LF alone': `${CHUNKED}5\r\nhello\n0\r\n\r\n`,
  'a control character in a chunk extension': `${CHUNKED}5;\u0001\r\nhello\r\n0\r\n\r\n`,
  'a space in a chunk extension': `${CHUNKED}5; a\r\nhello\r\n0\r\n\r\n`,
  'a chunk extension without a name': `${CHUNKED}5;\r\nhello\r\n0\r\n\r\n`,
  'a chunk extension without its value': `${CHUNKED}5;a=\r\nhello\r\n0\r\n\r\n`,
  'a trailer without a colon': `${CHUNKED}0\r\nX-A\r\n\r\n`,
  'a length among the trailers': `${CHUNKED}0\r\nContent-Length: 1\r\n\r\n`,
  'a transfer coding among the trailers': `${CHUNKED}0\r\nTransfer-Encoding: chunked\r\n\r\n`,
  'a NUL in a trailer': `${CHUNKED}0\r\nX-A: \u0000\r\n\r\n`,
  'a head that is too long': `${OK}X-Long: ${'v'.repeat(70_000)}\r\n${LENGTH}`,
  'too many headers': `${OK}${'X-Many: 1\r\n'.repeat(300)}${LENGTH}`,
  'too many interim answers': `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(40)}${OK}${LENGTH}`,
  'a length of sixteen digits': `${OK}Content-Length: 0000000000000002\r\n\r\nok`,
  'a chunk size of fourteen digits': `${CHUNKED}00000000000005\r\nhello\r\n0\r\n\r\n`,
  'a chunk extension of five thousand bytes': `${CHUNKED}5;${'a'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`,
  'an interim answer of HTTP/1.0': `HTTP/1.0 100 Continue\r\nConnection: keep-alive\r\n\r\n${OK}${LENGTH}`,
  'an interim answer that announces the end': `HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n${OK}${LENGTH}`,
  'an interim answer that announces it before a tab': `HTTP/1.1 103 \r\nConnection: close\t\r\n\r\n${OK}${LENGTH}`,
  'a malformed interim answer': `HTTP/1.1 100 Continue\r\nX A: 1\r\n\r\n${OK}${LENGTH}`,
}

const named = (answers: Readonly<Record<string, string>>, expected: CorpusAnswer['expected']) =>
  Object.entries(answers).map(([name, text]) => ({ name, text, expected }))

/** Odd ones, each of which somebody has sent. */
export const NAMED_ANSWERS: readonly CorpusAnswer[] = [
  ...named(wholes, 'whole'),
  ...named(shorts, 'short'),
  ...named(malformed, 'malformed'),
]

export const RESPONSE_CORPUS: readonly CorpusAnswer[] = [...NAMED_ANSWERS, ...composeAnswers()]

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
