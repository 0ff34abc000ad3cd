/** What a value should look like, in both languages. A fault names one of these; so does the table in the docs. */
export const expectations = {
  publicUrl: {
    en: 'the address browsers use, with its base path: http(s)://host[:port][/path], without user, query or fragment (http://ci.lan:8080/ or https://ci.example.com/ci/)',
    zh: '浏览器使用的地址，含基础路径：http(s)://主机[:端口][/路径]，不带用户名、查询和片段（如 http://ci.lan:8080/ 或 https://ci.example.com/ci/）',
  },
  url: {
    en: 'an address http(s)://host[:port][/path], without user, query or fragment',
    zh: '形如 http(s)://主机[:端口][/路径] 的地址，不带用户名、查询和片段',
  },
  id: {
    en: 'lower-case letters, digits and hyphens, at most 40, unique, and not the name of a page of the console',
    zh: '小写字母、数字和连字符，最多 40 个字符，不重复，且不能与控制台页面同名',
  },
  kind: { en: 'one of the supported products', zh: '受支持的产品之一' },
  name: { en: 'a name to show, at most 80 characters', zh: '显示名称，最多 80 个字符' },
  host: { en: 'a host name or address to listen on', zh: '监听的主机名或地址' },
  port: { en: 'a port, 0 to 65535 (0: any free one)', zh: '端口，0 到 65535（0 表示任意空闲端口）' },
  directory: { en: 'a directory the console may write', zh: '控制台可写的目录' },
  file: { en: 'a file the console can read', zh: '控制台可读的文件' },
  clientId: { en: 'the client id of the forge’s OAuth application', zh: '代码托管上 OAuth 应用的客户端 ID' },
  clientSecret: {
    en: 'the client secret of the forge’s OAuth application, here or in a file',
    zh: '代码托管上 OAuth 应用的客户端密钥，可直接填写或放在文件中',
  },
  scopes: { en: 'a list of OAuth scopes', zh: 'OAuth 权限范围列表' },
  token: {
    en: 'the token of the service account, an administrator of the CI server, here or in a file',
    zh: '服务账号（CI 服务器管理员）的令牌，可直接填写或放在文件中',
  },
  forge: { en: 'the id of a configured forge', zh: '一个已配置的代码托管的 id' },
  forges: { en: 'at least one forge', zh: '至少一个代码托管' },
  servers: { en: 'at least one CI server', zh: '至少一个 CI 服务器' },
  sealingKeys: {
    en: 'base64 of 32 random bytes each (openssl rand -base64 32); the first one seals',
    zh: '每个为 32 字节随机数的 base64（openssl rand -base64 32）；第一个用于加密',
  },
  language: { en: 'en or zh-CN', zh: 'en 或 zh-CN' },
  logLevel: {
    en: 'trace, debug, info, warn, error or silent',
    zh: 'trace、debug、info、warn、error 或 silent',
  },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  metricsToken: { en: 'a token of at least 16 characters', zh: '至少 16 个字符的令牌' },
  metricsAddress: { en: 'host:port of an own listener', zh: '独立监听地址，形如 主机:端口' },
  hosts: {
    en: 'host names or addresses by which the console is called besides publicUrl, without a port (flightdeck, 10.0.0.5)',
    zh: '除 publicUrl 外访问控制台所用的主机名或地址，不带端口（如 flightdeck、10.0.0.5）',
  },
  trustProxy: {
    en: 'addresses or networks of the reverse proxies (10.0.0.0/8, 192.168.1.2, loopback); never everybody',
    zh: '反向代理的地址或网段（如 10.0.0.0/8、192.168.1.2、loopback）；不能信任所有来源',
  },
  count: { en: 'a whole number, 1 or more', zh: '不小于 1 的整数' },
  milliseconds: { en: 'a whole number of milliseconds, 1 or more', zh: '毫秒数，不小于 1 的整数' },
  bytes: { en: 'a whole number of bytes, 1 or more', zh: '字节数，不小于 1 的整数' },
  people: { en: 'the list the launcher gives', zh: '由启动脚本提供的列表' },
  tls: {
    en: 'unset: name the private CA by caFile of each forge and CI server instead',
    zh: '不要设置：请在每个代码托管和 CI 服务器上用 caFile 指定私有 CA',
  },
  nothing: { en: 'removed: there is no such setting', zh: '删除：没有这个设置' },
  yaml: { en: 'YAML with settings', zh: '包含设置的 YAML 文件' },
} as const;

export type Expectation = keyof typeof expectations;
