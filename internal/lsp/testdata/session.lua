-- A session of headless Neovim with "lockvet gopls" as its language server. It
-- prints what a person would do and see. Run by TestNeovim, in a module with a.go.
local function say(...) io.stdout:write(string.format(...), '\n') end

local function shown(bufnr)
  local lines = {}
  for _, d in ipairs(vim.diagnostic.get(bufnr)) do
    table.insert(lines, string.format('a.go:%d:%d: %s [%s]', d.lnum + 1, d.col + 1, d.message, d.source))
  end
  return lines
end

local function wait_for(what, is_so)
  if not vim.wait(90000, is_so, 50) then
    say('no %s; shown is: %s', what, table.concat(shown(0), ' '))
    vim.cmd('cquit 1')
  end
end

vim.ui.select = function(items, _, choose)
  for i, item in ipairs(items) do
    if item[2].title == 'Call Unlock' then
      say('choose: %s', item[2].title)
      return choose(item, i)
    end
  end
  say('there is no fix')
  vim.cmd('cquit 1')
end

say(':edit a.go')
vim.cmd('edit a.go')
local client = vim.lsp.start_client({
  name = 'gopls',
  cmd = { os.getenv('LOCKVET'), 'gopls' },
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(0, client)
wait_for('finding', function() return #shown(0) == 1 end)
say('%s', shown(0)[1])

say(':lua vim.lsp.buf.code_action()')
vim.fn.cursor(9, 10)
vim.lsp.buf.code_action()
wait_for('fix', function() return vim.fn.getline(9):find('Unlock') end)
say('line 9 is now: %s', vim.trim(vim.fn.getline(9)))
wait_for('end of the finding', function() return #shown(0) == 0 end)
say('no findings')

say(':9 substitute/Unlock/Lock/')
vim.cmd('9 substitute/Unlock/Lock/')
wait_for('finding', function() return #shown(0) == 1 end)
say('%s', shown(0)[1])

say(':9 delete')
vim.cmd('9 delete')
say(':8 substitute/$/; mu.Unlock()/')
vim.cmd('8 substitute/$/; mu.Unlock()/')
wait_for('end of the finding', function()
  for _, line in ipairs(shown(0)) do
    if line:find('doublelock') or line:find('locked again') or line:find('deferred Lock') then return false end
  end
  return true
end)
say('the finding is gone; the file on disk has not changed: %s', tostring(vim.fn.readfile('a.go')[9]:find('defer mu.Lock') ~= nil))
vim.cmd('qall!')
