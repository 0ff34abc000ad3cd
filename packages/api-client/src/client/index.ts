export { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
export {
  type Connection,
  createLiveClient,
  type LiveClient,
  type LiveClientOptions,
  type LiveListener,
} from './live-client.ts';
