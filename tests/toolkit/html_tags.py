"""What tests of pages look for in them."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags with attributes, and whether those that need an end have one."""

    VOID = {"meta", "input", "col", "br"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.errors = [], [], []
        self.feed(text)
        self.errors += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.errors.append(tag)

    def all(self, tag, attribute):
        return [attrs[attribute] for name, attrs in self.tags if name == tag and attribute in attrs]
