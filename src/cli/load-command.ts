import type { Command } from 'commander'
import { collect } from './collect.ts'
import type { LoadCommandFlags } from './load/load-run.ts'

export function addLoadCommand(program: Command): void {
  const load = program
    .command('load')
    .summary('send load to a URL, each request once, and account for all of it')
    .description(
      'Sends requests at a fixed rate, whatever the answers do, on new and on reused connections. ' +
        'No request is ever sent twice, so none that was dropped can hide; latency counts from the moment ' +
        'at which the plan wanted the request sent.',
    )
    .argument('[url]', 'http://HOST:PORT/PATH; https, ws, wss; tcp://HOST:PORT, tls')
    .optionsGroup('When:')
    .option('--rate <rate>', 'requests per second in all (default: 100/s)')
    .option('--ramp <from..to:duration>', 'a rate that grows or falls, such as 10/s..500/s:30s')
    .option('--steps <steps>', 'one rate after the other, such as 100/s:10s,200/s:10s')
    .option('--concurrency <users>', 'closed loop: so many users, each waiting for its answer')
    .option('--replay <file>', 'arrivals as they were recorded: a time a line, or a ledger')
    .option('--duration <duration>', 'how long requests are sent (default: 10s, after a ramp)')
    .option('--requests <number>', 'end after so many requests')
    .optionsGroup('On which connections:')
    .option('--lanes <shares>', 'new, reused and idle ones (default: new=0.2,reused=0.8)')
    .option(
      '--connections <number>',
      'connections of the reused and idle lanes (default: 16; idle ones 2000)',
    )
    .option('--connection-age <duration>', 'replace a connection after this long (default: never)')
    .option(
      '--requests-per-connection <number>',
      'replace a connection after so many (default: never)',
    )
    .option('--max-connections <number>', 'connections at once, of all lanes (default: 10000)')
    .option('--connect-timeout <duration>', 'for a connection to be made (default: 2s)')
    .option('--timeout <duration>', 'from the intended start to the last byte (default: 5s)')
    .option('--workers <number>', 'threads that share the plan (default: 1)')
    .optionsGroup('How:')
    .option('--protocol <name>', 'http1, http2, grpc, sse, download (default: http1)')
    .option('--http2', 'the same as --protocol http2: by ALPN, and over http:// at once')
    .option('--streams <number>', 'HTTP/2: requests at once on a connection (default: 100)')
    .option('--grpc-method <method>', 'calls /package.Service/Method; --data is the message')
    .option('--data-hex <hex>', 'the message of the calls in hexadecimal digits')
    .option('--grpc-health [service]', 'health checks of the service, or of the server')
    .optionsGroup('Sessions (ws://, --protocol sse or download):')
    .option('--sessions <number>', 'held at once, each followed by the next (default: 10)')
    .option('--session-duration <duration>', 'how long one is held (default: 30s)')
    .option('--stall-timeout <duration>', 'lost without a byte for so long (default: --timeout)')
    .option('--message-interval <duration>', 'ws: --data is sent so often (default: 1s; 0s: never)')
    .option('--expect-echo', 'ws: each message comes back; {{n}} in --data is its number')
    .option('--whole', 'download: hold each to its end')
  addRequestOptions(load)
  addTlsOptions(load)
  addOutputOptions(load)
    .addHelpText('after', HELP)
    .action(async (url: string | undefined, flags: LoadCommandFlags) => {
      const { runLoad } = await import('./load/load-run.ts')
      process.exitCode = await runLoad(url, flags)
    })
}

function addRequestOptions(load: Command): Command {
  return load
    .optionsGroup('What:')
    .option('-X, --method <method>', 'GET, or POST with --data')
    .option('-H, --header <header>', "'Name: value'; repeatable", collect)
    .option('-d, --data <body>', 'the body of the request; @FILE is what is in it')
    .option('--request <request>', "'POST /path', '3*GET /' with a weight; repeatable", collect)
    .option('--curl <command>', 'what a curl command would send; @FILE, @- of standard input')
    .option('--targets <file>', "vegeta's targets, - of standard input")
    .option('--targets-format <format>', 'http, json (default: http)')
    .option('--request-id <header>', 'says which request it is; off (default: X-Request-Id)')
    .optionsGroup('What is expected:')
    .option('--success <statuses>', 'what counts as ok (default: 200-399)')
    .option('--expect-header <header>', "'Name: value' in each answer; repeatable", collect)
    .option('--expect-body <regex>', 'found in each body, in its first MiB')
    .option('--expect-body-length <bytes>', 'the length of each body')
    .option('--expect-body-sha256 <hex>', 'the SHA-256 of each body')
    .option('--identify <how>', 'who answered: header:NAME, or body:REGEX with a group')
}

function addTlsOptions(load: Command): Command {
  return load
    .optionsGroup('TLS (https://):')
    .option('--cacert <file>', 'authorities to trust, PEM (default: the well-known ones)')
    .option('--cert <file>', 'certificate of the client, PEM')
    .option('--key <file>', 'its key, PEM (default: from the file of --cert)')
    .option('--servername <name>', 'name for SNI and for the certificate (default: of the URL)')
    .option('--insecure', 'verify no certificate')
    .option('--connect-to <host:port>', 'connect there; Host and SNI stay those of the URL')
    .option('--all-addresses', 'use the addresses of the name in turn (default: the first)')
}

function addOutputOptions(load: Command): Command {
  return load
    .optionsGroup('Output:')
    .option('--view <view>', 'rows, tui, json, ndjson, stress, vegeta, fortio, ab, hey, hdr')
    .option('--output <file>', 'every record: .ledger, .ndjson or .csv; - is NDJSON on stdout')
    .option('--read <file...>', 'send nothing: show ledgers, several as one run (- is stdin)')
    .option('--hdr <file>', 'the latencies, as a percentile distribution of HdrHistogram')
    .option('--no-color', 'no colours (also: NO_COLOR)')
}

const HELP = `
Exit codes:
  0 every request was answered as expected    1 some were not    2 wrong usage
  3 the generator was not up to the plan, or records are missing in a file    130 interrupted

Examples:
  hitless load http://127.0.0.1:8080/
  hitless load http://127.0.0.1:8080/orders --rate 500/s --duration 1m --lanes new=0.5,reused=0.5
  hitless load http://127.0.0.1:8080/ --concurrency 64 --duration 10s
  hitless load http://127.0.0.1:8080/ --requests 2000 --view json
  hitless load ws://127.0.0.1:8080/chat --sessions 50 --expect-echo --duration 5m
  hitless load http://127.0.0.1:8080/ --http2 --streams 10 --rate 2000/s
  hitless load http://127.0.0.1:50051 --grpc-health --duration 1m
  hitless load http://127.0.0.1:8080/ --output run.ledger
  hitless load http://127.0.0.1:8080/ --request '9*GET /' --request 'POST /orders' --data @order.json
  hitless load --curl "curl -X PUT http://127.0.0.1:8080/orders/{{n}} -d 'a=1'" --rate 50/s
  hitless load --read run.ledger other-machine.ledger`
