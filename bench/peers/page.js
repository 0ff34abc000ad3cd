/** One viewer per `?viewer=`, each as its documentation shows it, on the text of `/log.txt`. */
import { createRoot } from 'react-dom/client';

const viewers = {
  'plain-list': () => import('./plain-list.js'),
  virtuoso: () => import('./virtuoso.js'),
  'lazy-log': () => import('./lazy-log.js'),
  naive: () => import('./naive.js'),
};

const { show } = await viewers[new URLSearchParams(location.search).get('viewer')]();
createRoot(document.getElementById('root')).render(await show());
