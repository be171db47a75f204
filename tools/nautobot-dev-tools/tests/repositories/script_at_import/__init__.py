print('hello from the repository')
