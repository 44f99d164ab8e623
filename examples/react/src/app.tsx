// Which channel: the part of the address after #, so that the address of the page is the link for the other person.
import { useEffect, useState, type FormEvent } from 'react';
import { Room } from './room.js';

const nameInAddress = () => decodeURIComponent(location.hash.slice(1));

export function App() {
  const [name, setName] = useState(nameInAddress);
  useEffect(() => {
    const follow = () => setName(nameInAddress());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  return (
    <main>
      <h1>A channel for two</h1>
      {name === '' ? <Entrance /> : <Room key={name} name={name} />}
    </main>
  );
}

function Entrance() {
  const [draft, setDraft] = useState('');
  function enter(event: FormEvent) {
    event.preventDefault();
    location.hash = encodeURIComponent(draft.trim());
  }
  return (
    <form className="line" onSubmit={enter}>
      <label htmlFor="name">Name of the channel</label>
      <input
        id="name"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        autoComplete="off"
        autoFocus
        required
        pattern=".*\S.*"
      />
      <button className="main">Enter</button>
    </form>
  );
}
