/**
 * Node's HTTP, not by `import`: that would evaluate every export of `node:http`, among them a WebSocket client,
 * which takes 40 ms of each start.
 */
export const http = process.getBuiltinModule('node:http')
export const https = process.getBuiltinModule('node:https')
