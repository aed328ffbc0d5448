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

    public function write(string $author, string $message): void
    {
        $author = $this->checked($author, 'author', 80);
        $message = $this->checked($message, 'message', 1000);
        $primary = $this->database->forWriting();
        $primary->prepare('INSERT INTO entries (author, message) VALUES (?, ?)')->execute([$author, $message]);
        $this->database->rememberWrite($primary);
    }

    private function checked(string $text, string $field, int $longest): string
    {
        $text = trim($text);
        if ($text === '' || !preg_match('//u', $text) || strlen($text) > $longest) {
            throw new InvalidArgumentException("$field: between 1 and $longest bytes of text, please");
        }
        return $text;
    }
}
