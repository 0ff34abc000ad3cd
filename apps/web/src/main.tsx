import './first.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startLanguage } from './lib/i18n.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');

await startLanguage();
createRoot(root).render(<App />);
