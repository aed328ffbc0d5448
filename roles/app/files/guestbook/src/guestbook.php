<?php
declare(strict_types=1);

/** The entries of the guest book. */
final class Guestbook
{
    public function __construct(private readonly Database $database)
    {
    }

    /** The fifty latest entries, newest first. */
    public function latest(): array
    {
        return $this->database->forReading()
            ->query('SELECT id, author, message, written_at FROM entries ORDER BY id DESC LIMIT 50')
            ->fetchAll();
    }

    /** Both come from outside: anything a form can hold. */
    public function write(mixed $author, mixed $message): void
    {
        $author = $this->checked($author, 'author', 80);
        $message = $this->checked($message, 'message', 1000);
        $primary = $this->database->forWriting();
        $primary->prepare('INSERT INTO entries (author, message) VALUES (?, ?)')->execute([$author, $message]);
        $this->database->rememberWrite($primary);
    }

    private function checked(mixed $text, string $field, int $longest): string
    {
        // Browsers count a line's end as one character and send two.
        $text = is_string($text) ? trim(str_replace("\r\n", "\n", $text)) : '';
        // Of invalid UTF-8 nothing matches.
        if (!preg_match("/^.{1,$longest}\$/Dsu", $text)) {
            throw new InvalidArgumentException("$field: between 1 and $longest characters of text, please");
        }
        return $text;
    }
}
