import type { Language } from '@flightdeck/api-client/model';

/** Pages of the server itself: no script, no style of their own beyond one small block with the nonce. */
export interface ErrorPage {
  language: Language;
  status: number;
  requestId: string;
  /** Where its link leads. */
  home: string;
  nonce: string;
}

const words = {
  404: {
    en: ['There is nothing here', 'The address leads to no page of this console.'],
    'zh-CN': ['这里什么都没有', '该地址不对应控制台的任何页面。'],
  },
  413: {
    en: [
      'The request is too large',
      'The browser sent more than the console accepts. Shorten the address, or remove cookies of this host.',
    ],
    'zh-CN': ['请求过大', '浏览器发送的内容超出控制台的限制。请缩短地址，或清除该站点的 Cookie。'],
  },
  421: {
    en: [
      'Not an address of this console',
      'The console was called by a name that it does not know as its own. Open it by its public address; an administrator adds further names to allowedHosts.',
    ],
    'zh-CN': [
      '这不是控制台的地址',
      '访问时使用的主机名不属于本控制台。请用它的公开地址打开；管理员可以在 allowedHosts 中添加其他主机名。',
    ],
  },
  429: {
    en: ['Too many attempts', 'Wait a minute, then try again.'],
    'zh-CN': ['尝试次数过多', '请等待一分钟后重试。'],
  },
  503: {
    en: [
      'The console cannot serve this now',
      'Part of it is not available. Try again in a moment; an administrator finds the cause by the request id.',
    ],
    'zh-CN': ['控制台暂时无法提供服务', '部分功能不可用。请稍后重试；管理员可通过请求编号查找原因。'],
  },
  500: {
    en: [
      'Something went wrong here',
      'The console met an error of its own. An administrator finds it by the request id.',
    ],
    'zh-CN': ['控制台出错了', '控制台遇到内部错误。管理员可通过请求编号查找原因。'],
  },
  unbuilt: {
    en: [
      'The page has not been built',
      'The console runs, but the files of its page are missing. Run npm run build.',
    ],
    'zh-CN': ['页面尚未构建', '控制台正在运行，但缺少页面文件。请执行 npm run build。'],
  },
} as const;

const labels = {
  en: { home: 'To the first page', request: 'Request id' },
  'zh-CN': { home: '返回首页', request: '请求编号' },
} as const;

const kindOf = (status: number): keyof typeof words => {
  if (status === 404) return 404;
  if (status === 413 || status === 414 || status === 431) return 413;
  if (status === 421 || status === 429) return status;
  return status === 502 || status === 503 || status === 504 ? 503 : 500;
};

export function errorPage(page: ErrorPage, kind: keyof typeof words = kindOf(page.status)): string {
  const [title, sentence] = words[kind][page.language];
  const label = labels[page.language];
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Flightdeck</title>
<style nonce="${page.nonce}">
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh; place-items: center }
main { max-width: 34rem; padding: 2rem }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
code { font: .9em ui-monospace, monospace }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${sentence}</p>
<p>${label.request}: <code>${page.requestId}</code></p>
<p><a href="${page.home}">${label.home}</a></p>
</main>
</body>
</html>
`;
}
